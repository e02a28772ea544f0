// The composer: grows with its text, Enter sends, and / @ # offer what they may stand for.
import { bare } from "./page.js";

const field = document.querySelector("#compose");
const list = document.querySelector("#suggestions");
const known = JSON.parse(document.querySelector("#completions")?.textContent || "{}");
let offered = [], at = 0;

document.addEventListener("input", (event) => {
  if (!event.target.matches(".composer textarea")) return;
  event.target.style.height = "auto";
  event.target.style.height = `${event.target.scrollHeight}px`;
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches(".composer textarea") || event.isComposing) return;
  if (event.target === field && offered.length && ["ArrowDown", "ArrowUp", "Tab", "Escape", "Enter"].includes(event.key)) {
    const exact = offered[at].insert.trim() === word().text;
    if (!(event.key === "Enter" && exact)) {
      event.preventDefault();
      if (event.key === "Escape") offer([]);
      else if (event.key.startsWith("Arrow")) mark((at + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
      else take(offered[at]);
      return;
    }
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    offer([]);
    event.target.form.requestSubmit();
  }
});

function word() {
  const before = field.value.slice(0, field.selectionStart);
  const start = before.startsWith("/") && !/\s/.test(before) ? 0 : Math.max(before.lastIndexOf(" "), before.lastIndexOf("\n")) + 1;
  return { start, text: before.slice(start) };
}

const fits = (text, ...names) => names.some((one) => bare(one).includes(bare(text)));

function matches() {
  const { start, text } = word(), rest = text.slice(1);
  if (text.startsWith("/") && start === 0) {
    return known.commands.filter((one) => one.name.startsWith(text)).map((one) => ({ insert: `${one.name} `, name: one.name, hint: one.hint, about: one.about }));
  }
  if (text.startsWith("@")) {
    return known.people.filter((one) => fits(rest, one.handle, one.name)).map((one) => ({ insert: `@${one.handle} `, name: one.name, hint: `@${one.handle}`, about: one.about }));
  }
  if (text.startsWith("#")) {
    return known.channels.filter((one) => fits(rest, one.name)).map((one) => ({ insert: `#${one.name} `, name: `#${one.name}`, hint: "", about: one.about }));
  }
  return [];
}

function offer(rows) {
  offered = rows.slice(0, 12);
  list.hidden = !offered.length;
  list.replaceChildren(...offered.map((one, index) => {
    const row = document.createElement("li"), name = document.createElement("strong"), hint = document.createElement("span"), about = document.createElement("small");
    row.setAttribute("role", "option");
    row.id = `suggestion-${index}`;
    name.textContent = one.name;
    hint.textContent = one.hint ? ` ${one.hint}` : "";
    about.textContent = one.about || "";
    row.append(name, hint, about);
    row.addEventListener("mousedown", (event) => { event.preventDefault(); take(one); });
    return row;
  }));
  if (offered.length) mark(0); else field.removeAttribute("aria-activedescendant");
}

function mark(index) {
  at = index;
  [...list.children].forEach((row, each) => row.setAttribute("aria-selected", String(each === at)));
  field.setAttribute("aria-activedescendant", `suggestion-${at}`);
  list.children[at].scrollIntoView({ block: "nearest" });
}

function take(one) {
  const { start } = word();
  field.setRangeText(one.insert, start, field.selectionStart, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  offer([]);
  field.focus();
}

if (field) {
  field.addEventListener("input", () => offer(matches()));
  field.addEventListener("blur", () => offer([]));
  document.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fill]"), insert = event.target.closest("[data-insert]");
    if (!fill && !insert) return;
    if (fill) field.value = fill.dataset.fill;
    else field.setRangeText((/\S$/.test(field.value) ? " " : "") + insert.dataset.insert, field.selectionEnd, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  if (matchMedia("(min-width: 721px)").matches && !document.querySelector("#modals dialog")) field.focus();
}
