// Makes the operations that a page offers work, as forms. Everything else on the page works without this.
"use strict";

const JSON_LD = "application/ld+json";

/** Text as an element: never as markup, because what is shown may come from anybody. */
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** The members of the body: what was filled in; in a PATCH, what was changed. */
function bodyOf(form) {
  const changes = form.dataset.method === "PATCH";
  const body = {};
  for (const field of form.querySelectorAll("[name]")) {
    const before = field.tagName === "SELECT"
      ? [...field.options].find((option) => option.defaultSelected)?.value ?? ""
      : field.defaultValue;
    if (changes && field.value === before) continue;
    if (field.value === "") {
      // What may be empty is cleared by null; for the rest the service says what is wrong with nothing.
      if (changes && "clearable" in field.dataset) body[field.name] = null;
      else if (changes && field.dataset.type === "text") body[field.name] = "";
      else if (changes && field.dataset.type === "lines") body[field.name] = [];
      continue;
    }
    body[field.name] = typed(field);
  }
  return body;
}

function typed(field) {
  if (field.dataset.type === "boolean") return field.value === "true";
  if (field.dataset.type === "json") return parsed(field.value);
  if (field.dataset.type === "lines") return field.value.split("\n").map((line) => line.trim()).filter(Boolean);
  // What is no number is sent as it is, for the service to say so; so is one that would be another as a double.
  const isWhole = field.dataset.type === "integer" && /^-?\d+$/.test(field.value);
  return isWhole && Number.isSafeInteger(Number(field.value)) ? Number(field.value) : field.value;
}

/** What is no JSON is sent as it is, for the service to say so. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function clear(form) {
  form.querySelector(".alert").hidden = true;
  for (const note of form.querySelectorAll(".wrong")) note.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.setAttribute("aria-describedby", `${field.id}-help`);
  }
}

/** Shows a problem document: what is about a field next to it, the rest above. */
function complain(form, problem) {
  const alert = form.querySelector(".alert");
  const rest = [];
  let first;
  for (const { propertyPath, message } of problem.violations ?? []) {
    const field = [...form.querySelectorAll("[name]")].find((field) => field.name === propertyPath);
    if (!field) {
      rest.push(message);
      continue;
    }
    const note = element("p", "wrong", message);
    note.id = `${field.id}-wrong`;
    field.after(note);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.id}-help ${note.id}`);
    first ??= field;
  }
  const said = first ? ["What is wrong is said below.", ...rest].join(" ") : problem.detail ?? "";
  alert.replaceChildren(element("strong", "", problem.title ?? "It did not work."), ` ${said}`);
  if (problem.status === 412) {
    const again = element("a", "", "Read it again");
    again.href = location.href;
    alert.append(" ", again, ".");
  }
  alert.hidden = false;
  (first ?? alert).focus();
}

async function invoke(form) {
  const { method, tag } = form.dataset;
  const body = method === "DELETE" ? undefined : bodyOf(form);
  if (method === "PATCH" && Object.keys(body).length === 0) {
    return complain(form, { title: "Nothing was changed.", detail: "Change a field, then send it." });
  }
  const headers = { Accept: JSON_LD };
  if (body) headers["Content-Type"] = JSON_LD;
  // A change is of what is shown here: if somebody was faster, the service says so. A collection may grow meanwhile.
  if (method !== "POST") headers["If-Match"] = tag;
  if (method === "PATCH") headers.Prefer = "return=representation";
  const response = await fetch(location.pathname, {
    method,
    headers,
    body: body && JSON.stringify(body),
    credentials: "same-origin",
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : {};
  if (!response.ok) return complain(form, answer);
  await follow(method, response, answer);
}

/** Goes where the change can be seen. */
async function follow(method, response, answer) {
  const made = response.headers.get("Location");
  if (method === "DELETE") {
    const above = document.querySelector(".crumbs li:nth-last-child(2) a");
    return leave("It is deleted.", above?.href ?? "/");
  }
  if (!made) return leave("The change is made.");
  // What existed before was put in here; the list shows it.
  if (!made.startsWith(`${location.origin}${location.pathname.replace(/\/$/, "")}/`)) return leave("It is in the list.");
  const shown = await shownOnce(made, answer);
  if (shown.length === 0) return leave("It is created.", made);
  present(made, shown);
}

/** What the answer has and the resource will not have again, such as the secret of a key. */
async function shownOnce(made, answer) {
  const response = await fetch(made, { headers: { Accept: JSON_LD }, credentials: "same-origin" });
  if (!response.ok) return [];
  const later = await response.json();
  return Object.keys(answer).filter((name) => typeof answer[name] === "string" && !(name in later))
    .map((name) => [name, answer[name]]);
}

function present(made, shown) {
  const notice = document.getElementById("notice");
  const list = element("dl", "once");
  for (const [name, value] of shown) {
    const line = element("pre", "command");
    line.append(element("code", "", value));
    const given = element("dd");
    given.append(line);
    list.append(element("dt", "", name), given);
    copyable(line);
  }
  const on = element("a", "", "Go to what was created");
  on.href = made;
  notice.replaceChildren(element("strong", "", "It is created. What follows is shown this once; keep it now."), list, on);
  notice.hidden = false;
  document.getElementById("content").focus();
  notice.scrollIntoView({ block: "center" });
}

/** Says what was done on the page that comes next. */
function leave(words, address) {
  sessionStorage.setItem("notice", words);
  if (address && address !== location.href) location.assign(address);
  else location.reload();
}

function copyable(line) {
  const button = element("button", "copy", "Copy");
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

for (const form of document.querySelectorAll("form[data-method]")) {
  const fieldset = form.querySelector("fieldset");
  fieldset.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { method } = form.dataset;
    if (form.hasAttribute("aria-busy")) return;
    if (method === "DELETE" && !confirm(`Delete ${document.querySelector("h1").textContent}? This cannot be undone.`)) return;
    clear(form);
    form.setAttribute("aria-busy", "true");
    try {
      await invoke(form);
    } catch {
      complain(form, { title: "There was no answer.", detail: "The service cannot be reached from here; try again." });
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
}

for (const line of document.querySelectorAll("pre.command")) copyable(line);

for (const time of document.querySelectorAll("time")) {
  const instant = new Date(time.dateTime);
  if (!Number.isNaN(instant.valueOf())) time.title = instant.toLocaleString();
}

const said = sessionStorage.getItem("notice");
if (said) {
  sessionStorage.removeItem("notice");
  const notice = document.getElementById("notice");
  notice.textContent = said;
  notice.hidden = false;
}
