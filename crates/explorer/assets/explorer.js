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

// Whether properties are explained stays as it was on the last page.
const explain = document.getElementById("explain");
if (explain) {
  explain.checked = sessionStorage.getItem("explain") === "yes";
  explain.addEventListener("change", () => sessionStorage.setItem("explain", explain.checked ? "yes" : "no"));
}

/** Reads the page again, and takes over what has moved. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["progress", "pictures", "properties-now", "members-now", "timeline"]) {
    const [now, before] = [page.getElementById(id), document.getElementById(id)];
    // Whoever is in the middle of it is not interrupted.
    if (now && before && !before.contains(document.activeElement) && !before.querySelector("[name=pick]:checked")) before.replaceWith(now);
  }
}

/** Follows what goes on by itself: every two seconds, until it has ended. */
async function follow() {
  await refresh();
  followed();
}

function followed() {
  if (document.querySelector("[data-follow]")) setTimeout(() => follow().catch(followed), 2000);
}

followed();

/** Is told what happens to what the page shows, as long as somebody looks at it, and shows it. */
function listen(address) {
  let source;
  let waiting;
  const happened = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => refresh().catch(() => {}), 200);
  };
  const tune = () => {
    if (document.hidden) {
      source?.close();
      source = undefined;
    } else if (!source) {
      source = new EventSource(address);
      source.addEventListener("message", happened);
      source.addEventListener("reset", happened);
    }
  };
  // What happened meanwhile is told then: the address says from where on.
  document.addEventListener("visibilitychange", tune);
  // A page that is kept in the browser's memory, or left, needs no connection.
  addEventListener("pagehide", () => {
    source?.close();
    source = undefined;
  });
  addEventListener("pageshow", tune);
  tune();
}

const events = document.querySelector("[data-events]")?.dataset.events;
if (events) listen(events);

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

/** What is to be chosen from much is looked for as it is typed. */
function searched(list) {
  const field = document.querySelector(`[list="${list.id}"]`);
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = field.value.trim();
      if (!typed || typed.startsWith("http")) return;
      const address = `${list.dataset.search}?pageSize=20&q=${encodeURIComponent(typed)}`;
      const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const options = [...page.querySelectorAll("tbody th a")].map((link) => {
        const option = document.createElement("option");
        option.value = list.dataset.by === "@id" ? link.href : link.textContent;
        option.textContent = link.textContent;
        return option;
      });
      list.replaceChildren(...options);
    }, 250);
  });
}

for (const list of document.querySelectorAll("datalist[data-search]")) searched(list);

/** All that can be done here, and all that can be found, by a few letters: Ctrl-K. */
class Palette {
  constructor(address) {
    this.address = address;
    this.box = document.createElement("dialog");
    this.box.className = "palette";
    this.box.setAttribute("aria-label", "Do or find anything");
    this.field = document.createElement("input");
    this.field.type = "search";
    this.field.setAttribute("aria-label", "What to do or to find");
    this.list = document.createElement("div");
    this.box.append(this.field, this.list);
    document.body.append(this.box);
    this.field.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.find(), 150);
      this.show([]);
    });
    this.box.addEventListener("keydown", (event) => this.move(event));
    this.box.addEventListener("click", (event) => event.target === this.box && this.box.close());
  }

  open() {
    this.field.value = "";
    this.show([]);
    this.box.showModal();
  }

  /** What can be done on this page whose name has what was typed in it. */
  acts() {
    const typed = this.field.value.trim().toLowerCase();
    const summaries = [...document.querySelectorAll("details.operation > summary")];
    const fit = summaries.filter((summary) => summary.textContent.toLowerCase().includes(typed));
    if (fit.length === 0) return [];
    const section = document.createElement("section");
    const heading = document.createElement("h2");
    heading.textContent = "On this page";
    const list = document.createElement("ul");
    list.className = "plain found";
    for (const summary of fit) {
      const act = document.createElement("a");
      act.href = "#operations";
      act.textContent = summary.textContent.replace(/\s+/g, " ").trim();
      act.addEventListener("click", (event) => {
        event.preventDefault();
        this.box.close();
        summary.parentElement.open = true;
        summary.parentElement.querySelector("input:not([type=hidden]), select, textarea, button").focus();
      });
      const item = document.createElement("li");
      item.append(act);
      list.append(item);
    }
    section.append(heading, list);
    return [section];
  }

  show(found) {
    this.list.replaceChildren(...this.acts(), ...found);
  }

  async find() {
    const typed = this.field.value.trim();
    if (!typed) return;
    const answer = await fetch(`${this.address}?q=${encodeURIComponent(typed)}`, { credentials: "same-origin" });
    if (!answer.ok || typed !== this.field.value.trim()) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.show([...page.querySelectorAll("#found > *")]);
  }

  move(event) {
    const stops = [this.field, ...this.list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      stops[(at + step + stops.length) % stops.length].focus();
    } else if (event.key === "Enter" && at === 0) {
      event.preventDefault();
      stops[1]?.click();
    }
  }
}

const everything = document.querySelector(".find form");
let palette;
addEventListener("keydown", (event) => {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || !everything) return;
  event.preventDefault();
  palette ??= new Palette(everything.action);
  palette.open();
});

// The document of a list comes when somebody wants to see it.
for (const details of document.querySelectorAll("details[data-source]")) {
  details.addEventListener("toggle", async () => {
    const answer = await fetch(details.dataset.source, { credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const raw = page.querySelector("pre.raw");
    if (raw) details.lastElementChild.replaceWith(raw);
  }, { once: true });
}
