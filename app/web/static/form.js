// The pages of questions with a script: what is asked on a condition alone is hidden while the condition does not hold,
// what is typed is saved as one goes, and the documents that are needed are shown beside it.
const form = document.querySelector("main form[data-answers]") ?? document.querySelector("main form[method=post]");
await keep(form);

// What is asked beside some answers alone: the block says in data-when which, a question.Test over the answers at data-at. A question that
// is hidden itself has no answer; one that is not on the page is judged by the server. Conditions read only what stands
// before them, so one pass from the top is enough.
const inputs = (name) => [...document.getElementsByName(name)];
const nameOf = (t, at) => [t.top ? "facts" : at, ...t.path].join(".");
const onPage = (t, at) => t.path ? inputs(nameOf(t, at)).length > 0 : (t.all ?? t.any ?? [t.not]).every((one) => onPage(one, at));
const answered = (name) => {
  const given = inputs(name).filter((c) => !c.closest("[hidden]") && (!/radio|checkbox/.test(c.type) || c.checked));
  return given.length ? given.map((c) => c.value) : [""];
};
const is = (t, value) => (t.in ?? [t.has]).some((one) => String(one) === value) || (t.lax && value === "");
// What has to be answered and is not yet decides nothing: holds is null then, and the question waits.
const waits = (name) => inputs(name).some((c) => !c.closest("[hidden]") && c.closest(".field")?.querySelector(".need.must:not(.on)"))
  && answered(name).every((value) => value === "");
const holds = (t, at) => {
  if (t.not) {
    const inner = holds(t.not, at);
    return inner === null ? null : !inner;
  }
  if (t.path) return waits(nameOf(t, at)) ? null : answered(nameOf(t, at)).some((value) => is(t, value));
  const each = (t.all ?? t.any).map((one) => holds(one, at));
  const decisive = Boolean(t.any);
  return each.includes(decisive) ? decisive : each.includes(null) ? null : !decisive;
};
const blocks = [...document.querySelectorAll("[data-when]")]
  .map((block) => ({ block, when: JSON.parse(block.dataset.when), at: block.dataset.at }))
  .filter(({ when, at }) => onPage(when, at));
const ask = () => {
  for (const { block, when, at } of blocks) block.hidden = holds(when, at) !== true;
};
for (const note of document.querySelectorAll(".when-note")) note.remove();

// What the server alone can judge, a condition that is more than a comparison or reads what is not on the page, and the day as
// of which something is asked: with every change it is asked for the page with what is typed, and says them anew.
const judged = [...document.querySelectorAll("[data-asked]")].filter((block) => !blocks.some((one) => one.block === block));
const days = [...document.querySelectorAll("[data-as-of]")];
// what a name that is typed may mean; where somebody in the wrong place goes instead
const names = [...document.querySelectorAll("[data-names], [data-tells]")];
let latest = 0;
const askServer = async () => {
  const mine = ++latest;
  const body = new URLSearchParams(new FormData(form));
  body.set("again", "yes");
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || mine !== latest) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== latest) return;
  for (const block of judged) block.hidden = fresh.getElementById(block.id)?.dataset.asked === "no";
  for (const day of days) {
    day.textContent = fresh.getElementById(day.id)?.textContent ?? "";
    day.hidden = !day.textContent;
  }
  for (const box of names) {
    const now = fresh.getElementById(box.id);
    if (now && now.innerHTML !== box.innerHTML && !box.contains(document.activeElement)) box.replaceChildren(...now.childNodes);
  }
  ask();
};
for (const block of judged) block.hidden = block.dataset.asked === "no";
if (blocks.length) document.addEventListener("change", ask);
if (form && judged.length + days.length + names.length) document.addEventListener("change", askServer);
ask();

// The name of another municipality is asked for where "another" is chosen. The country's names come when the first is typed.
for (const other of document.querySelectorAll(".other")) {
  const select = other.parentElement.querySelector("select");
  const show = () => {
    other.hidden = select.value !== "other";
  };
  select.addEventListener("change", show);
  show();
}
let country = null;
const places = async () => {
  const answer = await fetch("/municipalities.json").catch(() => null);
  if (!answer?.ok) return;
  const list = Object.assign(document.createElement("datalist"), { id: "municipalities" });
  list.append(...(await answer.json()).map((value) => Object.assign(document.createElement("option"), { value })));
  document.body.append(list);
};
for (const input of document.querySelectorAll("[data-places]")) {
  input.addEventListener("focus", async () => {
    await (country ??= places());
    input.setAttribute("list", "municipalities");
  }, { once: true });
}

// What is likely the same as what was just typed elsewhere on the page, a family's name, is filled in until the person types something else.
for (const field of document.querySelectorAll("[data-from]")) {
  let filled = "";
  document.addEventListener("change", () => {
    const likely = field.dataset.from.split(" ").map((name) => inputs(name)[0]?.value).find(Boolean);
    if (likely && field.value === filled) field.value = filled = likely;
  });
}

// A postal code begins the address, which stays the person's to change: what they typed is never replaced.
for (const code of document.querySelectorAll("[data-fills]")) {
  const address = document.getElementById(code.dataset.fills);
  const said = code.closest(".field").querySelector("[data-filled]");
  let filled = "";
  code.addEventListener("change", async () => {
    const digits = code.value.normalize("NFKC").replace(/\D/g, "");
    if (digits.length !== 7 || (address.value && address.value !== filled)) return;
    const answer = await fetch(`/postal-codes/${digits}`).catch(() => null);
    const found = answer?.ok ? await answer.json() : { address: "", text: "" };
    if (address.value && address.value !== filled) return;
    address.value = filled = found.address;
    said.textContent = found.text;
    address.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

if (form?.matches("[data-autosave]")) autosave(form);

// autosave sends the form two seconds after the last change. A save that is refused is not an error yet: the person may
// still be typing, and the button says what is wrong.
function autosave(form) {
  const status = form.querySelector("[data-saved]");
  const version = form.elements.version;
  let timer, running = null;
  const save = async () => {
    if (running) await running;
    const body = new URLSearchParams(new FormData(form));
    running = fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } })
      .then(async (answer) => {
        if (!answer.ok) return;
        const saved = await answer.json();
        version.value = saved.version;
        status.textContent = saved.text;
        needs(saved);
        changed(saved.changes);
      })
      .catch(() => {}) // without a connection the button tells
      .finally(() => { running = null; });
    return running;
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  // The button sends the version that the last save gave: it waits for one that is under way.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    const button = event.submitter;
    running.finally(() => {
      delete form.dataset.sent;
      form.requestSubmit(button);
    });
  });
}

// changed tells what a switch of phases changed while the page was open. It stays: the next save would not tell it again.
function changed(texts) {
  const box = document.querySelector("[data-changed]");
  if (!box || !texts.length) return;
  box.hidden = false;
  box.querySelector("[data-changed-list]").append(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

function needs({ title, needs }) {
  const box = document.querySelector("[data-needs]");
  if (!box) return;
  box.hidden = false;
  box.querySelector("[data-needs-title]").textContent = title;
  box.querySelector("[data-needs-list]").replaceChildren(...needs.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

// keep keeps what is typed in this tab of the browser until there is a draft that has it: while signing in, over a session that ends,
// a page that is loaded again. With the entries of lists it comes back as the server shows it.
async function keep(form) {
  let tab;
  try {
    tab = sessionStorage;
  } catch { return; } // the browser keeps nothing
  if (form?.dataset.kept) tab.removeItem(form.dataset.kept);
  const key = form?.dataset.keep;
  if (!key) return;
  const typed = () => {
    const values = new URLSearchParams(new FormData(form));
    values.delete("once");
    return values.toString();
  };
  const store = () => tab.setItem(key, typed());
  const before = tab.getItem(key);
  if (new URLSearchParams(location.search).has("kept")) store(); // the page shows what was sent
  else if (before && before !== typed()) {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(`${before}&again=yes`), headers: { Accept: "text/html" },
      signal: AbortSignal.timeout(5000) }).catch(() => null);
    const page = answer?.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const fresh = page?.querySelector("[data-keep]");
    const restored = document.querySelector("[data-restored]");
    if (fresh) {
      form.replaceChildren(...fresh.childNodes);
      restored.hidden = false;
      restored.querySelector("[data-forget]").addEventListener("click", () => {
        tab.removeItem(key);
        location.reload();
      });
    }
  }
  form.addEventListener("input", store);
  form.addEventListener("change", store);
}
