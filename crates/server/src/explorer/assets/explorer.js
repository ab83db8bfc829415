// Improves what works without it: what is to be copied is copied by a button, instants are told in the reader's own zone, and a form is
// sent once.
"use strict";

function copyable(line) {
  const button = document.createElement("button");
  button.className = "copy";
  button.textContent = "Copy";
  button.type = "button";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line.querySelector("code").textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(line);
      button.textContent = "Selected";
    }
  });
  line.after(button);
}

for (const line of document.querySelectorAll("pre.command")) copyable(line);

for (const time of document.querySelectorAll("time")) {
  const instant = new Date(time.dateTime);
  if (!Number.isNaN(instant.valueOf())) time.title = instant.toLocaleString();
}

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("aria-busy")) event.preventDefault();
    form.setAttribute("aria-busy", "true");
  });
}

/** Follows what goes on by itself: reads the page again every two seconds, and takes over what has moved, until it has ended. */
async function follow() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["progress", "properties-now"]) {
    const now = page.getElementById(id);
    if (now) document.getElementById(id)?.replaceWith(now);
  }
  followed();
}

function followed() {
  if (document.querySelector("[data-follow]")) setTimeout(() => follow().catch(followed), 2000);
}

followed();

/** Goes on to the page of what an address of the vocabulary names: what stands after the # is not sent, so the service cannot. */
function lead() {
  const parts = document.querySelector("[data-vocabulary]");
  const name = decodeURIComponent(location.hash.slice(1));
  if (!parts || !name) return;
  const first = name.split("/")[0];
  const part = (wanted) => [...parts.querySelectorAll("[data-part]")].find((link) => link.dataset.part === wanted);
  const page = part(first) ?? part(/^status\d+$/.test(name) ? "statuses" : "terms");
  if (name !== "classes") location.replace(`${page.href}#${name}`);
}

lead();
addEventListener("hashchange", lead);

// What was not filled in is not searched for, and makes no address longer.
for (const form of document.querySelectorAll("form[role=search]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.value === "") field.disabled = true;
  });
}

// A page that comes back from the browser's memory is not being sent any more.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  for (const field of document.querySelectorAll("form[role=search] :disabled")) field.disabled = false;
});

// What has to be mended first is where one begins.
(document.querySelector("[aria-invalid]") ?? document.querySelector("form .alert"))?.focus();
