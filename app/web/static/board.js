// The boxes of the phase board: that of a row or a column ticks all of its cells, and the number of ticked ones stands beside the button.
// Without this script each cell is ticked by itself.
const form = document.querySelector("[data-board]");
if (form) {
  const cells = [...form.querySelectorAll("[name=pair]")];
  const of = (all) => cells.filter((cell) => {
    const [procedure, item] = cell.value.split("/");
    return procedure === all.dataset.row || item === all.dataset.column;
  });
  const alls = [...form.querySelectorAll("[data-row], [data-column]")];
  const count = form.querySelector("[data-count]");
  const show = () => {
    for (const all of alls) {
      const ticked = of(all).filter((cell) => cell.checked).length;
      all.checked = ticked > 0 && ticked === of(all).length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    const n = cells.filter((cell) => cell.checked).length;
    count.textContent = n ? count.dataset.count.replace("#", n) : "";
  };
  for (const all of alls) all.hidden = false;
  form.addEventListener("change", ({ target }) => {
    if (alls.includes(target)) for (const cell of of(target)) cell.checked = target.checked;
    show();
  });
  show(); // the browser keeps what was ticked when one comes back
}
