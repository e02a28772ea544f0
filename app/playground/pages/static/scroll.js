// Where the list of messages stands: at its end, at the message an address names, or at the top of a long new one.
const NEAR = 90, AIR = 8;

const rows = () => [...document.querySelectorAll("#messages > li")];
const from = (scroll, row) => row.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop - AIR;

export function toEnd(scroll) {
  if (document.querySelector("#messages")) scroll.scrollTop = scroll.scrollHeight;
}

// The end, but never past the beginning of `row`: what does not fit is read from its top.
function read(scroll, row) {
  toEnd(scroll);
  if (row) scroll.scrollTop = Math.min(scroll.scrollTop, from(scroll, row));
}

// Called before the rows change; what it returns is called after. Who has scrolled up stays where they are.
export function follow(scroll) {
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
  const before = new Map(rows().map((row) => [row.id, row.dataset.mark]));
  // An answer may also grow in the place where it was announced.
  const fresh = (row) => !before.has(row.id) || (row.matches(".ephemeral") && before.get(row.id) !== row.dataset.mark);
  return () => {
    if (!atEnd || !document.querySelector("#messages")) return;
    let first = null;
    for (const row of rows().reverse()) {
      if (!fresh(row)) break;
      if (row.matches(".msg")) first = row;
    }
    read(scroll, first);
  };
}

// How a page begins: at the message its address names, else at the end.
export function settle(scroll) {
  const named = location.hash.startsWith("#m-") && document.getElementById(location.hash.slice(1));
  if (!named) { if (document.querySelector("#messages")) read(scroll, rows().at(-1)); return; }
  for (let box = named.closest("details"); box; box = box.parentElement.closest("details")) { box.hidden = false; box.open = true; }
  named.scrollIntoView({ block: "center" });
  named.focus({ preventScroll: true });
}
