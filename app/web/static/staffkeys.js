// The keys of the reviewer's bench: each presses the button that shows it.

const remembered = "staff-keys";
let on;

/** Listens for the keys. */
export function keys() {
  on = keys.stored(remembered) !== "off";
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keys-switch]")) return;
    on = !on;
    keys.store(remembered, on ? "on" : "off");
    keys.label();
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=radio],[type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "Escape" && typing) typing.blur();
    if (!on || typing || event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return;
    if (event.key === "z") choose("zoom");
    else if (event.key === "r") choose("turn");
    else {
      const button = document.querySelector(`main [data-key="${CSS.escape(event.key)}"]`);
      if (!button) return;
      event.preventDefault();
      button.click();
    }
  });
}

/** Says on the switch what it does. */
keys.label = () => {
  const help = document.querySelector("[data-keys]");
  const toggle = document.querySelector("[data-keys-switch]");
  if (!help || !toggle) return;
  help.hidden = false;
  toggle.textContent = on ? toggle.dataset.off : toggle.dataset.on;
};

/** What was remembered in this browser. */
keys.stored = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

/** Remembers something in this browser, if it lets us. */
keys.store = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch { /* not remembered, then */ }
};

// choose takes the next size or turn of the document that is in sight: the one with the focus, else the first.
function choose(what) {
  const viewer = document.activeElement.closest(".viewer") ?? document.querySelector(".viewer");
  const all = [...(viewer?.querySelectorAll(`.${what} input`) ?? [])];
  const at = all.findIndex((radio) => radio.checked);
  if (all.length) all[(at + 1) % all.length].click();
}
