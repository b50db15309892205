// The documents page with a script: files are sent as they are picked, and the page shows them once they are there.
import { busy, enhance } from "./upload.js";

for (const form of document.querySelectorAll("form[data-upload]")) enhance(form);

// here is this page as it is now, without the answer to a form that it may show.
const here = () => {
  const at = new URL(location.href);
  at.searchParams.delete("kept");
  return at;
};

// Once no upload is under way, and none waits for the person, the page is loaded again, so that it shows what the server has.
const failed = () => document.querySelector(".uploads [data-failed]");
let open = 0, going = false; // who goes on is not held back by the page that loads again
addEventListener("upload", () => {
  clearTimeout(open);
  open = setTimeout(() => {
    if (busy() || failed() || wanted || going) return;
    if (here().search === location.search) location.reload();
    else location.replace(here());
  }, 800);
});

// A paper is written on this page only where a script keeps what is typed: without one, sending a file would lose it, so that it has a
// page of its own.
for (const paper of document.querySelectorAll("[data-paper]")) paper.hidden = paper.disabled = false;
for (const link of document.querySelectorAll("[data-paperless]")) link.hidden = true;

// What is typed into a paper on this page stays while the page is loaded anew, for a file that arrived or a declaration: this tab keeps
// it until one goes on. A consent is saved as it is given, and what it spares goes from the page.
const onward = document.getElementById("onward");
if (onward) papers(onward);
function papers(form) {
  let tab;
  try {
    tab = sessionStorage;
  } catch { return; } // the browser keeps nothing
  const key = `papers ${location.pathname}`;
  const typed = [...form.elements].filter((c) => c.name && !/hidden|submit/.test(c.type) && !c.matches("[data-consent]"));
  const before = document.getElementById("errors") ? null : JSON.parse(tab.getItem(key) ?? "null");
  if (before) {
    for (const c of typed) {
      if (/radio|checkbox/.test(c.type)) c.checked = before.some(([name, value]) => name === c.name && value === c.value);
      else c.value = before.find(([name]) => name === c.name)?.[1] ?? c.value;
    }
    document.dispatchEvent(new Event("change"));
  }
  const store = ({ target }) => {
    if (target.form === form) tab.setItem(key, JSON.stringify([...new FormData(form)].filter(([name]) => typed.some((c) => c.name === name))));
  };
  addEventListener("input", store);
  addEventListener("change", store);
  form.addEventListener("submit", () => tab.removeItem(key));
  for (const c of document.querySelectorAll("[data-consent]")) {
    c.addEventListener("change", async () => {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.ok) location.reload();
    });
  }
}

// Who goes on while a file is on its way is told so, and goes on once it has arrived; a second press goes at once, after the
// browser's own question. A file that is refused keeps the person here.
const leaving = document.querySelector("[data-leaving]");
let wanted = null, pressed = null;
const hold = (event, what, go) => {
  if (!busy() || what === pressed) return;
  event.preventDefault();
  event.stopPropagation();
  [wanted, pressed] = [go, what];
  if (leaving) leaving.hidden = false;
};
addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const stays = !link || link.target || link.hasAttribute("download") || link.getAttribute("href").startsWith("#")
    || event.button || event.ctrlKey || event.metaKey || event.shiftKey;
  if (!stays) hold(event, link, () => location.assign(link.href));
}, true);
addEventListener("submit", (event) => {
  const { target, submitter } = event;
  hold(event, target, () => target.requestSubmit(submitter));
}, true);
addEventListener("settled", () => {
  if (busy()) return;
  const go = failed() ? null : wanted;
  wanted = pressed = null;
  if (leaving) leaving.hidden = true;
  going = Boolean(go);
  go?.();
});

// While the safe copy of a file is made the page is asked again, ever more rarely and for some minutes at most, and what is
// shown of that file alone changes: the person may be typing elsewhere on the page. A picture that appears needs no
// announcement; a virus has one by itself (role=alert).
const waiting = () => [...document.querySelectorAll("[data-wait]")];
async function ask(pause) {
  await new Promise((done) => setTimeout(done, pause));
  if (!waiting().length || pause > 60_000) return;
  if (!document.hidden) {
    const answer = await fetch(here(), { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.redirected) return; // the session is over: the page stays as it is
    const fresh = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    for (const old of waiting()) {
      const now = fresh?.getElementById(old.id);
      if (now && now.innerHTML !== old.innerHTML && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(now));
    }
  }
  return ask(pause * 1.25);
}
if (waiting().length) ask(1500);
