// Forms marked data-draft="name" survive a reload or a lost connection: kept in this tab only, gone once they were sent.
"use strict";

const PREFIX = "draft:";
const SENT = "drafts-sent";

const fieldsOf = (form) =>
  [...form.elements].filter((one) => one.name && !["hidden", "password", "file", "submit", "button"].includes(one.type));

const isTick = (one) => one.type === "checkbox" || one.type === "radio";

const keyOf = (one) => (isTick(one) ? `${one.name}=${one.value}` : one.name);

function keep(form) {
  const values = fieldsOf(form).map((one) => [keyOf(one), isTick(one) ? one.checked : one.value]);
  sessionStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify(values));
}

function restore(form) {
  const values = new Map(JSON.parse(sessionStorage.getItem(PREFIX + form.dataset.draft) || "[]"));
  for (const one of fieldsOf(form)) {
    const value = values.get(keyOf(one));
    if (value === undefined) continue;
    if (isTick(one)) one.checked = value;
    else if (one.tagName !== "SELECT" || [...one.options].some((choice) => choice.value === value)) one.value = value;
  }
}

// What was sent is the server's from here on: it shows the values again where something is missing.
sessionStorage.removeItem(PREFIX + (sessionStorage.getItem(SENT) || ""));
sessionStorage.removeItem(SENT);

for (const form of document.querySelectorAll("form[data-draft]")) {
  restore(form);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, form.dataset.draft));
}
