// Shows a picture in depth: the first of the addresses that stand by it whose information this reader gets. Until then, and where
// there is none, the still picture stays.
"use strict";

/** The information on a picture, and whether it is one that can be shown. */
async function informed(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  return answer.ok ? answer.json() : undefined;
}

function button(label, sign, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = sign;
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

async function show(still) {
  for (const address of still.dataset.zoom.split(" ")) {
    const information = await informed(address).catch(() => undefined);
    if (!information) continue;
    const place = document.createElement("div");
    place.className = "zoom";
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", "The picture in depth");
    const canvas = document.createElement("div");
    canvas.className = "canvas";
    place.append(canvas);
    still.after(place);
    const viewer = new OpenSeadragon.Viewer({
      element: canvas,
      tileSources: information,
      showNavigationControl: false,
      drawer: "canvas",
      // Whoever scrolls the page scrolls the page.
      gestureSettingsMouse: { scrollToZoom: false },
      maxZoomPixelRatio: 4,
    });
    const zoom = (factor) => () => viewer.viewport.zoomBy(factor).applyConstraints();
    const bar = document.createElement("p");
    bar.className = "bar";
    bar.append(
      button("Zoom in", "+", zoom(2)),
      button("Zoom out", "−", zoom(0.5)),
      button("Show all of it", "⤢", () => viewer.viewport.goHome()),
      button("Full screen", "Full screen", () => viewer.setFullScreen(!viewer.isFullPage())),
    );
    place.append(bar);
    viewer.addOnceHandler("tile-drawn", () => {
      place.dataset.shown = "";
      still.hidden = true;
    });
    viewer.addOnceHandler("open-failed", () => place.remove());
    return;
  }
}

// The library adds a style that our policy does not let it add, unless there is one by this name: this is none of HTML's.
const none = document.createElementNS("urn:none", "style");
none.setAttribute("data-openseadragon-mobile-css", "");
document.head.append(none);

for (const still of document.querySelectorAll("[data-zoom]")) show(still);
