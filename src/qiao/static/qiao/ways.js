// On a phone the ways stand in one line that moves sideways: the present one is brought into sight.
"use strict";

for (const way of document.querySelectorAll("nav [aria-current]")) {
  const line = way.closest("ul");
  line.scrollLeft = way.offsetLeft - line.offsetLeft - (line.clientWidth - way.offsetWidth) / 2;
}
