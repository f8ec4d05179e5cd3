// Lists that are put in order by hand: rows are dragged by their grip, with the mouse or a finger, and the form is sent with the
// places that they have then. Without this script arrows and numbers do the same.
"use strict";

const EDGE = 60; // px: this near to the edge of the window the page moves along
let row = null; // what is dragged
let before = ""; // the order it started from

const orderOf = (list) => [...list.children].map((one) => one.id).join();

function place(y) {
  const others = [...row.parentElement.children].filter((one) => one !== row);
  const next = others.find((one) => {
    const box = one.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  if (row.nextElementSibling !== (next || null)) row.parentElement.insertBefore(row, next || null);
}

function start(event) {
  event.preventDefault();
  row = event.target.closest("li");
  row.dataset.state = "carried";
  before = orderOf(row.parentElement);
}

function move(event) {
  if (!row) return;
  if (event.clientY < EDGE) window.scrollBy(0, -EDGE / 4);
  if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, EDGE / 4);
  place(event.clientY);
}

function end() {
  if (!row) return;
  const list = row.parentElement;
  const form = list.closest("form");
  row.removeAttribute("data-state");
  row = null;
  if (orderOf(list) === before) return;
  list.querySelectorAll("input").forEach((field, at) => (field.value = at + 1));
  form.requestSubmit();
}

for (const grip of document.querySelectorAll("[data-order] [data-grip]")) {
  grip.hidden = false;
  grip.addEventListener("pointerdown", start);
}

// A row that changes its place would lose what it had captured: the whole page follows the pointer.
document.addEventListener("pointermove", move);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", end);

for (const help of document.querySelectorAll("[data-drag-help]")) help.hidden = false;
