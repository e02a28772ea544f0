// The page keeps itself fresh (fetches itself, swaps only rows that changed) and sends what people do.
import { pickEmoji } from "./emoji.js";
import { listen } from "./live.js";
import { follow, settle, toEnd } from "./scroll.js";

const body = document.body;
export const base = body.dataset.base;
export const $ = (query, root = document) => root.querySelector(query);
export const $$ = (query, root = document) => [...root.querySelectorAll(query)];
export const near = (el) => el.closest("[data-container]");
// Text as it is compared: without capitals and accents.
export const bare = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

let toastTimer;
function toast(words) {
  $("#toast").textContent = words;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("#toast").textContent = ""; }, 7000);
}

export async function post(path, payload) {
  const form = payload instanceof FormData;
  try {
    const answer = await fetch(path, {
      method: "POST", redirect: "manual",
      headers: form ? { "X-Refresh": "1" } : { "X-Refresh": "1", "Content-Type": "application/json" },
      body: form ? payload : JSON.stringify(payload),
    });
    if (answer.ok) return answer;
    const told = await answer.json().catch(() => ({}));
    toast(told.error || `That did not work (${answer.status}). Try again.`);
  } catch {
    toast("The playground does not answer. Is it still running?");
  }
  return null;
}

// --- Fresh rows

function carry(old, fresh) {
  for (const was of $$("details[id], input[id], textarea[id], select[id]", old)) {
    const now = document.getElementById.call(document, was.id) && $(`#${CSS.escape(was.id)}`, fresh);
    if (!now) continue;
    if (was.tagName === "DETAILS") { now.open = was.open; if (was.open) now.hidden = false; }
    else if (was.tagName === "SELECT") { if (was.dataset.touched) { now.value = was.value; now.dataset.touched = "1"; } }
    else if (was.value !== was.defaultValue) now.value = was.value;
  }
  for (const was of $$(".boxes[id], .chooser[data-touched]", old)) {
    const own = was.id || $("[role=combobox]", was).id, there = $(`#${CSS.escape(own)}`, fresh), now = there?.closest(".el");
    if (!now) continue;
    if (was.matches(".chooser")) { $(".chips", now).replaceChildren(...$(".chips", was).children); now.dataset.touched = "1"; continue; }
    const before = new Map($$("input", was).map((one) => [one.value, one]));
    if (![...before.values()].some((one) => one.checked !== one.defaultChecked)) continue;
    for (const one of $$("input", now)) if (before.has(one.value)) one.checked = before.get(one.value).checked;
  }
}

function sync(old, fresh) {
  if (!old || !fresh) return;
  const have = new Map([...old.children].map((one) => [one.id, one]));
  let at = old.firstElementChild;
  for (const node of [...fresh.children]) {
    const mine = have.get(node.id);
    have.delete(node.id);
    let use = mine || node;
    if (mine && mine.dataset.mark !== node.dataset.mark) {
      const focus = mine.contains(document.activeElement) ? document.activeElement : null;
      const range = focus && "selectionStart" in focus ? [focus.selectionStart, focus.selectionEnd] : null;
      carry(mine, node);
      if (node.tagName === "DIALOG") { mine.replaceChildren(...node.childNodes); mine.dataset.mark = node.dataset.mark; }
      else { if (at === mine) at = node; mine.replaceWith(node); use = node; }
      const back = $("[aria-invalid]", use) || (focus?.id && document.getElementById(focus.id));
      if (focus || $("[aria-invalid]", use)) back?.focus();
      if (range?.[0] != null && back && back.id === focus.id) back.setSelectionRange(...range);
    }
    if (use === at) at = at.nextElementSibling;
    else old.insertBefore(use, at);
  }
  for (const gone of have.values()) gone.remove();
}

let fetching = false, again = false;
async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* The stream reconnects by itself; the next change fetches again. */ }
  fetching = false;
  if (again) { again = false; refresh(); }
}

function show(page) {
  const scroll = $("#scroll");
  const showNews = follow(scroll);
  for (const id of ["messages", "home", "people", "assistant", "channels", "more-channels", "directs", "waiting", "modals"]) sync($(`#${id}`), $(`#${id}`, page));
  $(".empty", scroll)?.toggleAttribute("hidden", !$(".scroll .empty", page));
  body.dataset.version = page.body.dataset.version;
  ahead = page.body.dataset.now - Date.now();
  tick();
  document.title = page.title;
  showNews();
  openModals();
}

let opener = null;
function openModals() {
  const open = $("#modals dialog");
  if (open && !open.open) {
    if (!opener) opener = document.activeElement;
    open.showModal();
    const first = $("[aria-invalid]", open) || $("[data-focus]", open) || $(".modal-body :is(input, textarea, select, summary, button.el)", open) || $("[data-submit]", open);
    first?.focus();
  } else if (!open && opener) {
    if (opener.isConnected) opener.focus(); else $("#compose")?.focus();
    opener = null;
  }
}

// --- What people do

export function raw(el) {
  if (el.matches(".chooser")) return $$(".chip", el).map((one) => JSON.parse(one.dataset.option)).map((one) => (el.dataset.source === "app" ? one : one.value));
  if (el.matches(".boxes")) return $$("input:checked", el).map((one) => one.value);
  return el.value ?? "";
}

function values(box) {
  const all = {};
  for (const el of $$(".el", box)) {
    if (near(el) !== box || el.matches(".btn, .overflow")) continue;
    (all[el.closest(".block").dataset.block] ??= {})[el.dataset.action] = raw(el);
  }
  return all;
}

// A menu opens downwards where there is room, else upwards, else it is scrolled to; and never past the right edge.
export function place(menu) {
  menu.classList.remove("up", "end");
  const room = (menu.closest(".modal-body, .scroll") ?? document.documentElement).getBoundingClientRect();
  const { top, bottom, height, right } = menu.getBoundingClientRect();
  menu.classList.toggle("end", right > room.right);
  if (bottom <= room.bottom) return;
  if (top - height - 48 > room.top) menu.classList.add("up");
  else menu.scrollIntoView({ block: "nearest" });
}

export const where = (box) => ({ kind: box.dataset.container, channel: box.dataset.channel || "", ts: box.dataset.ts || "", view: box.dataset.view || "" });

function sure(el) {
  const told = el.dataset;
  if (!told.confirmTitle) return Promise.resolve(true);
  const box = $("#confirm");
  $("h2", box).textContent = told.confirmTitle;
  $("p", box).textContent = told.confirm || "";
  $("[data-yes]", box).textContent = told.confirmYes || "Yes";
  $("[data-yes]", box).className = told.confirmStyle === "danger" ? "btn danger" : "btn primary";
  $("[data-no]", box).textContent = told.confirmNo || "Cancel";
  box.returnValue = "no";
  box.showModal();
  return new Promise((done) => box.addEventListener("close", () => done(box.returnValue === "yes"), { once: true }));
}

export async function act(el, value) {
  if (el.matches("details")) el.open = false;
  if (el.classList.contains("busy") || !(await sure(el))) return;
  const box = near(el);
  el.classList.add("busy");
  el.setAttribute("aria-disabled", "true");
  await post(`${base}/-/act`, { ...where(box), block: el.closest(".block").dataset.block, action: el.dataset.action, value, values: values(box), room: body.dataset.channel });
  el.classList.remove("busy");
  el.removeAttribute("aria-disabled");
  refresh();
}

// The hint is for the first visit: gone for good once closed or followed.
function seen() {
  localStorage.setItem("hint", "seen");
  $("#hint")?.remove();
}

const deeds = {
  hint: () => seen(),
  react: (el, box) => post(`${base}/-/react`, { ...where(box), name: el.dataset.name }),
  async emoji(el, box) {
    const at = where(box), name = await pickEmoji();
    if (name) await post(`${base}/-/react`, { ...at, name });
  },
  dismiss: (el, box) => post(`${base}/-/dismiss`, where(box)),
  shortcut: (el, box) => post(`${base}/-/shortcut`, { ...where(box), id: el.dataset.id }),
  global: (el) => post(`${base}/-/shortcut`, { kind: "global", channel: body.dataset.channel, id: el.dataset.id }),
  reply(el, box) {
    const thread = $(".thread", box);
    thread.hidden = false;
    thread.open = true;
    $("textarea", thread).focus();
  },
};

document.addEventListener("click", async (event) => {
  const hit = event.target.closest("button, a, [role=option]");
  for (const menu of $$("details:is(.msg-menu, .overflow, .shortcuts)[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (!hit) return;
  const menu = hit.closest(".overflow");
  if (menu && "value" in hit.dataset) return void act(menu, hit.dataset.value);
  if (hit.matches(".btn.el")) return void act(hit, hit.dataset.value);
  if (hit.matches("[data-open-nav]")) { event.preventDefault(); $("#nav-open").checked = true; $("#act-as").open = true; $("#act-as summary").focus(); }
  if (hit.matches("[data-close]")) { await post(`${base}/-/close`, { view: hit.closest("dialog").dataset.view }); refresh(); }
  if (hit.dataset.do) {
    for (const open of $$(".msg-menu[open], .shortcuts[open]")) open.open = false;
    await deeds[hit.dataset.do](hit, near(hit));
    refresh();
  }
});

document.addEventListener("change", (event) => {
  const el = event.target.closest(".el");
  if (event.target.matches("select")) event.target.dataset.touched = "1";
  if (!el || el.dataset.dispatch !== "change" || el.matches(".chooser")) return;
  act(el, raw(el));
});

document.addEventListener("toggle", (event) => {
  const el = event.target;
  if (el.open && el.matches?.(".msg-menu, .overflow")) place($(".menu", el));
  // Others may have been written to meanwhile, of which this page is not told.
  if (el.open && el.id === "act-as") refresh();
}, true);

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const box = form.closest("dialog[data-view]");
  if (box) {
    event.preventDefault();
    const button = $("[data-submit]", form);
    if (!button || button.disabled) return;
    button.disabled = true;
    button.classList.add("busy");
    form.setAttribute("aria-busy", "true");
    await post(`${base}/-/submit`, { view: box.dataset.view, values: values(box), room: body.dataset.channel });
    form.removeAttribute("aria-busy");
    button.disabled = false;
    button.classList.remove("busy");
    refresh();
  } else if (form.matches("[data-send]")) {
    event.preventDefault();
    const field = $("textarea", form), text = field.value, mark = $("#sending");
    if (!text.trim()) return;
    const sent = new FormData(form);
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (mark) mark.textContent = "Sending…";
    if (text.startsWith("/")) seen();
    // Now, not when it was sent: by then the answer may have come and be shown from its beginning.
    if (form.id === "composer") toEnd($("#scroll"));
    if ((await post(form.action, sent)) === null && !field.value) field.value = text;
    if (mark) mark.textContent = "";
    refresh();
  }
});

let typing;
document.addEventListener("input", (event) => {
  const el = event.target.closest(".el");
  if (el?.dataset.dispatch === "char" && el === event.target) { clearTimeout(typing); typing = setTimeout(() => act(el, raw(el)), 350); }
});

document.addEventListener("keydown", (event) => {
  const el = event.target.closest?.(".el");
  if (event.key === "Enter" && el?.dataset.dispatch === "enter" && !event.shiftKey) { event.preventDefault(); act(el, raw(el)); }
  if (event.key === "Enter" && event.target.matches?.(".modal input.el") && el?.dataset.dispatch !== "enter") { event.preventDefault(); $("[data-submit]", event.target.form)?.click(); }
  if (event.key === "Escape") {
    const open = event.target.closest?.("details:is(.msg-menu, .overflow, .shortcuts)[open]");
    if (open) { event.preventDefault(); open.open = false; $("summary", open).focus(); }
  }
});

document.addEventListener("cancel", async (event) => {
  const view = event.target.dataset.view;
  if (!view) return;
  event.preventDefault();
  await post(`${base}/-/close`, { view });
  refresh();
}, true);

// The workspace's clock may be ahead of this machine's.
let ahead = body.dataset.now - Date.now();
function tick() {
  const at = (timeZone, form) => new Intl.DateTimeFormat("en-GB", { ...form, timeZone }).format(new Date(Date.now() + ahead)).replace(",", "");
  for (const one of $$("[data-clock]")) one.textContent = at(one.dataset.clock, { timeStyle: "short" });
  for (const one of $$("[data-day]")) one.textContent = at(one.dataset.day, { weekday: "short", day: "numeric", month: "short" });
}
setInterval(tick, 20000);

if (localStorage.getItem("hint")) $("#hint")?.remove();
settle($("#scroll"));
openModals();
listen(refresh);
