// Choosers: a box to search in, options from the page or asked of the app, what was chosen as chips.
import { $, $$, act, bare, base, near, place, post, raw, where } from "./page.js";

const field = (el) => $("[role=combobox]", el), list = (el) => $("[role=listbox]", el);
const option = (row) => JSON.parse(row.dataset.option), most = (el) => Number(el.dataset.max);
const chosen = (el) => $$(".chip", el).map((one) => option(one).value);
const rows = (el) => $$("[role=option]", list(el)).filter((one) => !one.hidden);
const of = (node) => node?.closest?.(".chooser");
let typing;

function open(el) {
  if (list(el).hidden) el.dataset.before = JSON.stringify(chosen(el));
  if (el.dataset.source === "page") filter(el);
  else {
    clearTimeout(typing);
    if (field(el).value.length < Number(el.dataset.least)) return close(el);
    typing = setTimeout(() => ask(el), 200);
    return;
  }
  unfold(el);
}

function unfold(el) {
  list(el).hidden = false;
  field(el).setAttribute("aria-expanded", "true");
  mark(el, field(el).value ? rows(el)[0] : null);
  place(list(el));
}

function close(el) {
  clearTimeout(typing);
  if (list(el).hidden) return;
  list(el).hidden = true;
  field(el).setAttribute("aria-expanded", "false");
  field(el).removeAttribute("aria-activedescendant");
  tell(el);
}

// The app hears of several choices once, when the list closes.
function tell(el) {
  if (el.dataset.dispatch === "change" && el.dataset.before !== JSON.stringify(chosen(el))) act(el, raw(el));
}

function filter(el) {
  const asked = bare(field(el).value.trim()), taken = new Set(chosen(el)), full = most(el) > 1 && taken.size >= most(el);
  let group = null;
  for (const row of [...list(el).children]) {
    if (row.matches(".note")) row.remove();
    else if (row.matches(".group")) { group = row; row.hidden = true; }
    else {
      row.hidden = full || taken.has(option(row).value) || !bare(row.textContent).includes(asked);
      if (!row.hidden && group) group.hidden = false;
    }
  }
  if (rows(el).length) return;
  const note = document.createElement("li");
  Object.assign(note, { className: "group note", textContent: full ? `No more than ${most(el)} can be chosen` : "Nothing found" });
  list(el).append(note);
}

async function ask(el) {
  const asked = field(el).value;
  const answer = await post(`${base}/-/options`, { ...where(near(el)), block: el.closest(".block").dataset.block, action: el.dataset.action, query: asked, list: list(el).id, room: document.body.dataset.channel });
  // Answers come late: not when something was chosen or typed since, or the field was left.
  if (!answer || field(el).value !== asked || document.activeElement !== field(el)) return;
  list(el).replaceChildren(...new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html").querySelector("ul").children);
  unfold(el);
}

function choose(row) {
  const el = of(row), [chip, words, cross] = ["span", "span", "button"].map((name) => document.createElement(name)), { text } = option(row);
  Object.assign(words, { textContent: text, dir: "auto" });
  Object.assign(cross, { type: "button", className: "cross", textContent: "×", ariaLabel: `Remove ${text}` });
  chip.className = "chip";
  chip.append(words, cross);
  chip.dataset.option = row.dataset.option;
  if (most(el) === 1) $(".chips", el).replaceChildren(chip);
  else if (chosen(el).length < most(el) && !chosen(el).includes(option(row).value)) $(".chips", el).append(chip);
  el.dataset.touched = "1";
  field(el).value = "";
  field(el).focus();
  if (most(el) > 1 && el.dataset.source === "page") { filter(el); mark(el, null); place(list(el)); } else close(el);
}

function remove(el, chip) {
  const alone = list(el).hidden;
  if (alone) el.dataset.before = JSON.stringify(chosen(el));
  chip.remove();
  el.dataset.touched = "1";
  field(el).focus();
  if (alone) tell(el);
  else if (el.dataset.source === "page") filter(el);
}

function mark(el, row) {
  for (const one of $$("[role=option]", list(el))) one.setAttribute("aria-selected", String(one === row));
  if (!row) return field(el).removeAttribute("aria-activedescendant");
  field(el).setAttribute("aria-activedescendant", row.id);
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", (event) => { const el = of(event.target); if (el) open(el); });

document.addEventListener("focusout", (event) => {
  const el = of(event.target);
  if (el && !el.contains(event.relatedTarget)) close(el);
});

// The field keeps the focus while one picks with the mouse.
document.addEventListener("mousedown", (event) => { if (of(event.target) && !event.target.matches("input")) event.preventDefault(); });

document.addEventListener("click", (event) => {
  const el = of(event.target);
  if (!el) return;
  const row = event.target.closest("[role=option]"), cross = event.target.closest(".cross");
  if (row) return choose(row);
  if (cross) return remove(el, cross.closest(".chip"));
  if (list(el).contains(event.target)) return;
  field(el).focus();
  if (list(el).hidden) open(el); else if (event.target !== field(el)) close(el);
});

document.addEventListener("keydown", (event) => {
  const el = of(event.target);
  if (!el || event.isComposing) return;
  const shown = list(el).hidden ? [] : rows(el), at = shown.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const done = () => { event.preventDefault(); event.stopPropagation(); };
  if (event.key === "Escape" && !list(el).hidden) { done(); close(el); }
  else if (event.key === "Backspace" && event.target.value === "" && $(".chip", el)) { done(); remove(el, $$(".chip", el).at(-1)); }
  else if (event.key === "Enter" && event.target.matches("input")) { done(); if (shown.length && (at >= 0 || event.target.value)) choose(shown[Math.max(at, 0)]); }
  else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
    done();
    if (list(el).hidden) open(el);
    else if (shown.length) mark(el, shown[event.key === "ArrowDown" ? (at + 1) % shown.length : (at < 1 ? shown.length : at) - 1]);
  }
}, true);
