// The reviewer's bench. The letter beside a button presses it while no field has the focus; who speaks to the computer, or types with
// one finger, switches that off, and it is remembered. What is sent keeps the page: the answer takes the place of what was there. What
// comes by itself, an answer or a picture, appears by itself. A decision waits a moment in which it can be stopped.

import { keys } from "./staffkeys.js";

const bench = () => document.querySelector("[data-bench]");
let sending = false;

keys();
look();
keys.label();
setTimeout(watch, 1500);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !bench()?.contains(form) || form.hasAttribute("data-leaves")) return;
  event.preventDefault();
  delete form.dataset.sent;
  if (sending) return;
  const button = event.submitter;
  if (Number(form.dataset.undo) > 0 && !["preview", "fill"].includes(button?.name)) wait(form, button);
  else send(form, button);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-bench] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.download) return;
  const to = new URL(link.href);
  if (to.hash || to.origin !== location.origin || !/^\/staff\/cases\/[^/]+(\/items\/.*)?$/.test(to.pathname) || dirty()) return;
  event.preventDefault();
  show(fetch(to));
});
addEventListener("popstate", () => location.reload());

/** Sends a form and shows the page that answers it. */
function send(form, button, more = {}) {
  const data = new FormData(form, button);
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  return show(fetch(form.action, { method: "POST", body, ...more }));
}

async function show(asked) {
  sending = true;
  try {
    const answer = await asked;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.getElementById("main");
    if (!main) throw new Error(`no page: ${answer.status}`);
    if (!page.querySelector("[data-bench]")) {
      location.assign(answer.url);
      return;
    }
    document.getElementById("main").replaceWith(document.adoptNode(main));
    document.title = page.title;
    history.pushState(null, "", answer.url);
    arrive();
  } catch {
    const said = document.querySelector("[data-said]");
    said.classList.remove("hidden");
    said.textContent = bench().dataset.failed;
    said.scrollIntoView({ block: "center" });
  } finally {
    sending = false;
  }
}

/** What is done on a page that has just come: the focus stands where the work goes on. */
function arrive() {
  if (!bench()) return;
  look();
  keys.label();
  const errors = document.getElementById("errors");
  const first = document.querySelector("[data-first] :is(input:not([type=hidden],[type=submit]), textarea, select)");
  if (errors) errors.focus();
  else if (first && !location.hash) {
    first.focus({ preventScroll: true });
    if (first.select) first.select();
  }
}

/** The size and the turn of the pictures stay as they were chosen, from paper to paper. */
function look() {
  for (const what of ["zoom", "turn"]) {
    const kept = keys.stored(`staff-${what}`);
    for (const viewer of document.querySelectorAll(`.viewer .${what}`)) {
      const radio = kept && viewer.querySelector(`input.${CSS.escape(kept)}`);
      if (radio) radio.checked = true;
      viewer.addEventListener("change", (event) => keys.store(`staff-${what}`, event.target.className));
    }
  }
}

/** Whether something is typed that is not sent. */
function dirty() {
  return [...document.querySelectorAll("[data-bench] form[method=post]")].some((form) => [...form.elements].some((one) =>
    one.matches("textarea, input[type=text]") ? one.value !== one.defaultValue
      : one.matches("input[type=radio], input[type=checkbox]") && one.checked !== one.defaultChecked));
}

/** Looks every now and then whether something has come, while something is to come; the case is opened only when it has. */
async function watch(pause = 1500) {
  const at = bench();
  if (at?.hasAttribute("data-waits") && !sending && !document.hidden) {
    try {
      const mark = await fetch(at.dataset.markAt).then((answer) => (answer.ok ? answer.text() : ""));
      if (mark && mark !== at.dataset.mark && at === bench() && !sending) {
        pause = 1500;
        await renew(at);
      } else pause = Math.min(pause * 1.2, 10_000);
    } catch { /* the next time */ }
  }
  setTimeout(watch, pause, pause);
}

/** Takes over what has changed; what somebody is typing, and what is being looked at, stays. */
async function renew(at) {
  const page = new DOMParser().parseFromString(await fetch(location.href).then((answer) => answer.text()), "text/html");
  const fresh = page.querySelector("[data-bench]");
  if (!fresh || at !== bench() || sending) return;
  const typing = dirty() || at.contains(document.activeElement) && document.activeElement.matches("textarea, select");
  if (!typing) {
    const focused = document.activeElement?.id;
    at.replaceWith(document.adoptNode(fresh));
    look();
    keys.label();
    const same = focused && document.getElementById(focused);
    if (same) same.focus({ preventScroll: true });
    else arrive();
    return;
  }
  at.dataset.mark = fresh.dataset.mark;
  at.toggleAttribute("data-waits", fresh.hasAttribute("data-waits"));
  for (const part of at.querySelectorAll("[data-live]")) {
    const other = page.getElementById(part.id);
    if (other) part.replaceWith(document.adoptNode(other));
  }
}

/** Shows what a decision will send, and sends it after a moment unless it is stopped. Who leaves the page has not stopped it. */
async function wait(form, button) {
  const { undoTitle, undoLeft, undoStop, undoNow } = form.dataset;
  sending = true;
  const box = document.createElement("div");
  box.className = "undo card";
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-label", undoTitle);
  const letter = document.createElement("div");
  letter.className = "letter";
  letter.lang = "ja";
  const left = Object.assign(document.createElement("p"), { role: "timer" });
  const stop = Object.assign(document.createElement("button"), { type: "button", className: "second", textContent: undoStop });
  const now = Object.assign(document.createElement("button"), { type: "button", textContent: undoNow });
  const buttons = Object.assign(document.createElement("div"), { className: "does" });
  buttons.append(stop, now);
  box.append(Object.assign(document.createElement("p"), { className: "lead", textContent: undoTitle }), left, buttons, letter);
  const preview = new URLSearchParams(new FormData(form, button));
  preview.set("preview", "yes");
  const refused = await fetch(form.action, { method: "POST", body: preview }).then((answer) => answer.text()).then((text) => {
    const said = new DOMParser().parseFromString(text, "text/html").querySelector("#preview .letter");
    if (said) letter.textContent = said.textContent;
    return !said;
  }, () => true);
  sending = false;
  if (refused) {
    send(form, button);
    return;
  }
  form.closest("[data-bench]").append(box);
  stop.focus();
  const end = Date.now() + Number(form.dataset.undo) * 1000;
  const away = () => fetch(form.action, { method: "POST", keepalive: true, body: new URLSearchParams(new FormData(form)) }); // and takes no next case
  const done = (go) => {
    clearInterval(clock);
    removeEventListener("pagehide", away);
    box.remove();
    if (go) send(form, button);
    else button?.focus();
  };
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    left.textContent = undoLeft.replace("{n}", Math.max(seconds, 0));
    if (seconds <= 0) done(true);
  };
  const clock = setInterval(tick, 250);
  addEventListener("pagehide", away);
  stop.addEventListener("click", () => done(false));
  now.addEventListener("click", () => done(true));
  box.addEventListener("keydown", (event) => event.key === "Escape" && done(false));
  tick();
}

// All cases of the list are chosen, or none, without loading it again.
const chooseAll = document.querySelector("[data-choose-all]");
chooseAll?.addEventListener("click", (event) => {
  event.preventDefault();
  const all = [...document.querySelectorAll('input[name="application"]')];
  const every = all.every((one) => one.checked);
  for (const one of all) one.checked = !every;
});
