// The board on which a plan is changed by hand: talks are dragged, or carried with the keyboard. What stands in the way
// is told before a talk is put down; without this script the page of each talk does the same.
"use strict";

const board = document.getElementById("board");
const form = document.getElementById("board-form");
const says = document.getElementById("board-says");
let talk = null; // the link of the talk that is carried
let place = null; // the cell it is over
let asked = 0; // answers that come late are not shown

function mark(cell, state) {
  if (place) place.removeAttribute("data-state");
  place = cell;
  if (cell) cell.dataset.state = state;
}

async function look(cell) {
  if (cell === place) return;
  mark(cell, "asked");
  const mine = ++asked;
  const where = new URLSearchParams({ slot: cell.dataset.slot, table: cell.dataset.table });
  const answer = await fetch(`${talk.pathname}check/?${where}`, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok || mine !== asked || !talk) return;
  const reasons = (await answer.text()).trim();
  mark(cell, reasons ? "hindered" : "fits");
  says.textContent = reasons || board.dataset.fits;
}

function putDown(cell) {
  form.action = talk.pathname;
  form.elements.slot.value = cell.dataset.slot;
  form.elements.table.value = cell.dataset.table;
  form.submit();
}

function letGo() {
  talk = null;
  mark(null);
}

const cellOf = (target) => (target.closest ? target.closest("#board td") : null);

document.addEventListener("dragstart", (event) => {
  talk = event.target.closest ? event.target.closest("[data-talk]") : null;
  if (talk) event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const cell = cellOf(event.target);
  if (!talk || !cell) return;
  event.preventDefault();
  look(cell);
});

document.addEventListener("drop", (event) => {
  const cell = cellOf(event.target);
  if (!talk || !cell) return;
  event.preventDefault();
  putDown(cell);
});

document.addEventListener("dragend", letGo);

function neighbour(cell, key) {
  const row = cell.parentElement;
  const at = [...row.cells].indexOf(cell);
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  const other = row.parentElement.rows[row.sectionRowIndex + step[0]];
  const found = other && other.cells[at + step[1]];
  return found && found.matches("td") ? found : cell;
}

document.addEventListener("keydown", (event) => {
  const own = event.target.closest ? event.target.closest("[data-talk]") : null;
  if (!talk && own && event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    talk = own;
    const cell = cellOf(own) || board.querySelector("td");
    cell.tabIndex = -1;
    cell.focus();
    mark(cell, "asked");
    says.textContent = board.dataset.taken;
  } else if (talk && event.key.startsWith("Arrow")) {
    event.preventDefault();
    const cell = neighbour(place, event.key);
    cell.tabIndex = -1;
    cell.focus();
    look(cell);
  } else if (talk && event.key === "Enter") {
    event.preventDefault();
    putDown(place);
  } else if (talk && event.key === "Escape") {
    talk.focus();
    says.textContent = board.dataset.left;
    letGo();
  }
});

if (board) document.getElementById("board-help").hidden = false;
