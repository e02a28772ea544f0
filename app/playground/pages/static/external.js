// External selects: options that the app looks up while one types, chosen ones as chips.
import { $, $$, act, base, near, post, raw, where } from "./page.js";

let typing;

async function search(el) {
  const asked = $("[role=combobox]", el).value, field = $("[role=combobox]", el), list = $("[role=listbox]", el);
  if (field.value.length < Number(el.dataset.least)) { list.hidden = true; return; }
  const answer = await post(`${base}/-/options`, { ...where(near(el)), block: el.closest(".block").dataset.block, action: el.dataset.action, query: field.value, list: list.id, room: document.body.dataset.channel });
  // Answers come late: not when something was chosen or typed since, or the field was left.
  if (!answer || field.value !== asked || document.activeElement !== field) return;
  list.replaceChildren(...new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html").querySelector("ul").children);
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
}

function picked(el, change) {
  change();
  el.dataset.touched = "1";
  if (el.dataset.dispatch === "change") act(el, raw(el));
}

function choose(row) {
  clearTimeout(typing);
  const el = row.closest(".external"), chip = document.createElement("button");
  Object.assign(chip, { type: "button", className: "chip", textContent: `${JSON.parse(row.dataset.option).text} ×` });
  chip.dataset.option = row.dataset.option;
  const field = $("[role=combobox]", el), list = $("[role=listbox]", el), most = Number(el.dataset.max || 100);
  picked(el, () => { if ($$(".chip", el).length >= most) $(".chip", el).remove(); $(".chips", el).append(chip); });
  field.value = "";
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.focus();
}

function arrows(event, el) {
  const rows = $$("[role=option]", el), at = rows.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (!["ArrowDown", "ArrowUp", "Enter"].includes(event.key) || !rows.length) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Enter") { choose(rows[Math.max(at, 0)]); return; }
  const next = rows[(at + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length] || rows[0];
  for (const one of rows) one.setAttribute("aria-selected", String(one === next));
  $("[role=combobox]", el).setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", (event) => {
  const el = event.target.closest(".external");
  if (!el) return;
  clearTimeout(typing);
  typing = setTimeout(() => search(el), 200);
});

document.addEventListener("focusin", (event) => {
  const el = event.target.matches("[role=combobox]") && event.target.closest(".external");
  if (el && el.dataset.least === "0" && !event.target.value) search(el);
});

document.addEventListener("focusout", (event) => {
  const el = event.target.closest(".external");
  if (el && !el.contains(event.relatedTarget)) $("[role=listbox]", el).hidden = true;
});

document.addEventListener("mousedown", (event) => { if (event.target.closest(".external [role=option]")) event.preventDefault(); });

document.addEventListener("click", (event) => {
  const row = event.target.closest(".external [role=option]"), chip = event.target.closest(".external .chip");
  if (row) choose(row);
  if (chip) picked(chip.closest(".external"), () => chip.remove());
});

document.addEventListener("keydown", (event) => {
  const el = event.target.closest?.(".external");
  if (!el || $("[role=listbox]", el).hidden) return;
  if (event.key === "Escape") { event.preventDefault(); $("[role=listbox]", el).hidden = true; }
  else arrows(event, el);
}, true);
