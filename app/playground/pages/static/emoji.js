// The picker of emoji: one for the whole page; what is picked goes to whoever asked.
const box = document.querySelector("#emoji"), find = box.querySelector("input"), all = [...box.querySelectorAll("[data-emoji]")];
let answer = null;

export function pickEmoji() {
  find.value = "";
  sift();
  box.showModal();
  find.focus();
  return new Promise((done) => { answer = done; });
}

function sift() {
  const asked = find.value.toLowerCase().replaceAll(":", "").trim().replaceAll(" ", "_");
  for (const one of all) one.hidden = !one.dataset.emoji.includes(asked);
  box.querySelector(".nothing").hidden = all.some((one) => !one.hidden);
}

find.addEventListener("input", sift);
find.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const first = all.find((one) => !one.hidden);
  if (first) box.close(first.dataset.emoji);
});
box.addEventListener("click", (event) => {
  const hit = event.target.closest("[data-emoji]");
  if (hit) box.close(hit.dataset.emoji);
  else if (event.target === box || event.target.closest("[data-leave]")) box.close("");
});
box.addEventListener("close", () => { answer?.(box.returnValue || null); answer = null; box.returnValue = ""; });
