// What every page does a little better with a script: the summary of errors takes the focus, a form that is on its way is
// not sent twice, and who is about to be signed out is warned.
const errors = document.getElementById("errors");
if (errors) errors.focus();

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // Going back shows the page as it was left: then it may be sent again.
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });
}

// Where there is room the menu is unfolded: by the style sheet in the browsers that can, else here.
const menu = document.querySelector(".menu details");
const room = matchMedia("(min-width: 48.01rem)");
const unfold = () => menu.toggleAttribute("open", room.matches);
if (menu && !CSS.supports("selector(::details-content)")) {
  unfold();
  room.addEventListener("change", unfold);
}

// Who signs out leaves nothing behind in the browser.
document.querySelector("form[action='/auth/logout']")?.addEventListener("submit", () => sessionStorage.clear());

const { sessionIdle, sessionLatest } = document.body.dataset;
if (sessionIdle) watchSession(new Date(sessionIdle), new Date(sessionLatest));

// watchSession shows the warning two minutes before the session ends, and says so when it has ended. Using the page in
// another window keeps the session too: the windows tell each other.
function watchSession(idle, latest) {
  const warning = document.getElementById("session");
  const over = document.getElementById("session-over");
  const windows = new BroadcastChannel("session");
  let before = null;
  const show = (element, on) => {
    if (element.hidden === !on) return;
    element.hidden = !on;
    if (element !== warning) return;
    if (on) {
      before = document.activeElement;
      warning.querySelector("button").focus();
    } else if (before) before.focus();
  };
  const tick = () => {
    const left = Math.min(idle, latest) - Date.now();
    show(warning, left > 0 && left < 120_000);
    show(over, left <= 0);
    setTimeout(tick, left > 120_000 ? Math.min(left - 120_000, 60_000) : 1000);
  };
  windows.onmessage = (event) => {
    idle = new Date(event.data);
  };
  windows.postMessage(idle.toISOString());
  warning.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const answer = await fetch("/session/stay", { method: "POST", headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && answer.status === 200) {
      idle = new Date((await answer.json()).idle);
      windows.postMessage(idle.toISOString());
    } else if (answer?.status === 401) idle = new Date(0);
    show(warning, false);
  }, true);
  tick();
}
