// The reviewer's keyboard: j and k lead to the next and the previous item, z enlarges the document and r turns it, while no
// field has the focus. Who speaks to the computer, or types with one finger, switches it off; that is remembered.
const next = document.querySelector("[data-next]");
const previous = document.querySelector("[data-previous]");
const help = document.querySelector("[data-keys]");
const toggle = document.querySelector("[data-keys-switch]");
const remembered = "staff-keys";
let on = stored() !== "off";

if (help && toggle) {
  help.hidden = false;
  label();
  toggle.addEventListener("click", () => {
    on = !on;
    try {
      localStorage.setItem(remembered, on ? "on" : "off");
    } catch { /* not remembered, then */ }
    label();
  });
}

addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input:not([type=radio],[type=checkbox]), textarea, select, [contenteditable]")) return;
  if (event.key === "j" && next) next.click();
  if (event.key === "k" && previous) previous.click();
  if (event.key === "z") choose("zoom");
  if (event.key === "r") choose("turn");
});

function stored() {
  try {
    return localStorage.getItem(remembered);
  } catch {
    return null;
  }
}

function label() {
  toggle.textContent = on ? toggle.dataset.off : toggle.dataset.on;
}

// choose takes the next size or turn of the document that is in sight: the one with the focus, else the first.
function choose(what) {
  const viewer = document.activeElement.closest(".viewer") ?? document.querySelector(".viewer");
  const all = [...(viewer?.querySelectorAll(`.${what} input`) ?? [])];
  const at = all.findIndex((radio) => radio.checked);
  if (all.length) all[(at + 1) % all.length].checked = true;
}

// All cases of the list are chosen, or none, without loading it again.
const chooseAll = document.querySelector("[data-choose-all]");
chooseAll?.addEventListener("click", (event) => {
  event.preventDefault();
  const all = [...document.querySelectorAll('input[name="application"]')];
  const every = all.every((one) => one.checked);
  for (const one of all) one.checked = !every;
});
