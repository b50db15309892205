// The counter with a script: the focus stands in the first field that is empty, and scanned files are dropped all at once, each then
// assigned to its document.
if (!document.getElementById("errors") && !location.hash) {
  const fields = [...document.querySelectorAll("main .typing form :is(input:not([type=hidden], [type=checkbox]), select, textarea)")];
  fields.filter((one) => one.checkVisibility()).find((one) => !one.value || (one.type === "radio" && !document.querySelector(`[name="${one.name}"]:checked`)))?.focus();
}

const form = document.querySelector("[data-scans]");
if (form) {
  const drop = form.querySelector("[data-drop]");
  const rows = form.querySelector("[data-rows]");
  const pattern = rows.firstElementChild;
  const button = form.querySelector(".actions button");
  let count = 0;
  // A row a file: what it is stands before it, as the server reads them. The next document is proposed for the next file.
  const add = (file) => {
    const row = pattern.cloneNode(true);
    const select = row.querySelector("select");
    const input = row.querySelector("input");
    const [forSelect, forInput] = row.querySelectorAll("label");
    forSelect.htmlFor = select.id = `scan-item-${count}`;
    forInput.htmlFor = input.id = `scan-file-${count}`;
    const first = pattern.querySelector("select").selectedIndex;
    select.selectedIndex = Math.min(first + count, select.options.length - 1);
    const one = new DataTransfer();
    one.items.add(file);
    input.files = one.files;
    count++;
    rows.append(row);
    button.hidden = false;
    return select;
  };
  const take = (files) => {
    const added = [...files].map(add);
    added[0]?.focus();
  };
  drop.hidden = false;
  rows.replaceChildren();
  button.hidden = true;
  form.querySelector("#scans-all").addEventListener("change", (event) => {
    take(event.target.files);
    event.target.value = "";
  });
  for (const name of ["dragover", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      if (name === "drop") take(event.dataTransfer.files);
    });
  }
  form.addEventListener("dragleave", () => drop.classList.remove("over"));
}
