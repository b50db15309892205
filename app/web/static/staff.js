// The reviewer's keyboard: j and k lead to the next and the previous item while no field has the focus.
const next = document.querySelector("[data-next]");
const previous = document.querySelector("[data-previous]");
const help = document.querySelector("[data-keys]");
if (help && (next || previous)) help.hidden = false;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "j" && next) next.click();
  if (event.key === "k" && previous) previous.click();
});
