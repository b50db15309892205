// File inputs that send what is picked or dropped at once, in parts (sending.js). Without this module the form sends its
// files as every form does. No text is in here: the server writes texts, in the person's language.
import { Upload } from "./sending.js";

export { Upload };

// busy says whether a file is on its way: leaving would break it off.
let active = 0;
export const busy = () => active > 0;
addEventListener("beforeunload", (event) => { if (busy()) event.preventDefault(); });

const make = (tag, props, ...children) => {
  const e = Object.assign(document.createElement(tag), props);
  e.append(...children);
  return e;
};

// enhance makes a plain form send its files in parts as they are picked or dropped. The form says: data-application,
// data-max-size (bytes), data-max-count, data-count (files there already), and data-text-… for each state and for preview,
// retry, another, cancel, photo, pick (beside it), pick-again, too-large, too-many, wrong-type; {name}, {percent}, {detail} and {limit}
// stand for values. Each file
// input says data-document and data-subject, and in accept the endings that are taken. What has data-plain is hidden. A
// finished file is told by the event "upload" of the form, with the server's answer as detail, and the end of each by "settled". What has
// data-failed waits for the person.
export function enhance(form) {
  // A form that replaces one file (data-replaces) takes its texts from the form of its card.
  const data = { ...form.closest("section")?.querySelector("form[data-application]")?.dataset, ...form.dataset };
  const text = (key, values = {}) => (data["text" + key.replace(/(^|-)(\w)/g, (_, __, c) => c.toUpperCase())] ?? "").replace(/\{(\w+)\}/g, (_, k) => values[k] ?? "");
  let count = Number(data.count) || 0;
  let line = Promise.resolve(); // one file after the other
  const base = `/api/v1/applications/${data.application}/uploads`;
  const opened = fetch(base).then((r) => r.ok && r.json()).catch(() => null);
  for (const e of form.querySelectorAll("[data-plain]")) e.hidden = true;
  for (const input of form.querySelectorAll("input[type=file]")) {
    const zone = input.closest("[data-drop]") ?? input.parentElement;
    const list = zone.appendChild(make("ul", { className: "uploads" }));
    zone.classList.add("scripted");
    const { document: doc, subject } = input.dataset;
    const endings = input.accept.toLowerCase().split(",").map((s) => s.trim()).filter((s) => s.startsWith("."));
    const options = { application: data.application, document: doc, subject, replaces: data.replaces };

    const row = (name) => {
      const status = make("span");
      status.setAttribute("role", "status");
      return { status, item: list.appendChild(make("li", {}, make("span", { textContent: name, className: "name" }), status)) };
    };
    const refusal = (file) => {
      if (file.size > Number(data.maxSize || Infinity)) return text("too-large", { limit: Math.floor(data.maxSize / 1048576) });
      if (endings.length && !endings.some((e) => file.name.toLowerCase().endsWith(e))) return text("wrong-type", { name: file.name });
      return !data.replaces && count >= Number(data.maxCount || Infinity) ? text("too-many", { limit: data.maxCount }) : "";
    };

    const add = (file) => {
      for (const old of list.querySelectorAll("[data-open]")) if (old.dataset.open === file.name) old.remove();
      const { status, item } = row(file.name);
      const another = () => {
        item.dataset.failed = "";
        item.append(make("button", { type: "button", textContent: text("another"), onclick: () => { item.remove(); input.click(); } }));
      };
      const say = (what, wrong) => {
        status.textContent = wrong ? `＊${what}` : what;
        status.className = wrong ? "error" : "";
      };
      const refused = refusal(file);
      say(refused, refused);
      if (refused) return another();
      count++;
      const bar = make("progress", { max: 1, value: 0 });
      bar.setAttribute("aria-label", file.name);
      const retry = make("button", { type: "button", textContent: text("retry"), hidden: true });
      const cancel = make("button", { type: "button", textContent: text("cancel") });
      item.append(bar, retry, cancel);
      if (/^image\/(jpeg|png)$/.test(file.type)) {
        const src = URL.createObjectURL(file);
        item.prepend(make("img", { src, alt: text("preview", { name: file.name }), onload: () => URL.revokeObjectURL(src) }));
      }
      const up = new Upload(file, options);
      let told = 0, detail = "";
      const tell = (wrong) => say(text(up.state, { name: file.name, percent: Math.floor(bar.value * 100), detail }) || detail, wrong);
      up.addEventListener("state", () => { if (!["refused", "failed"].includes(up.state)) tell(); });
      up.addEventListener("progress", () => {
        bar.value = up.sent / file.size;
        if (up.state === "sending" && bar.value - told >= 0.25) { told = bar.value; tell(); } // not each part: it is read out
      });
      const send = () => {
        retry.hidden = true;
        delete item.dataset.failed;
        active++;
        line = line.then(async () => {
          try {
            if (up.state === "cancelled") return;
            const received = await up.start();
            if (!received) return;
            say(text("done", { name: received.name })); // its name was taken, perhaps
            bar.hidden = cancel.hidden = true;
            form.dispatchEvent(new CustomEvent("upload", { bubbles: true, detail: { ...received, document: doc, subject } }));
          } catch (e) {
            detail = e.message;
            tell(true);
            if (e.final) {
              count--;
              bar.hidden = cancel.hidden = true;
              another();
            } else {
              item.dataset.failed = "";
              retry.hidden = false;
            }
          } finally {
            active--;
            form.dispatchEvent(new Event("settled", { bubbles: true }));
          }
        });
      };
      retry.onclick = send;
      cancel.onclick = () => { count--; delete item.dataset.failed; up.cancel(); bar.hidden = retry.hidden = cancel.hidden = true; };
      send();
    };

    input.addEventListener("change", () => { [...input.files].forEach(add); input.value = ""; });
    if (text("photo") && !data.replaces && matchMedia("(pointer: coarse)").matches) { // the camera first: hardly anybody has a file on a phone
      const camera = make("input", { type: "file", accept: "image/*", onchange: () => { [...camera.files].forEach(add); camera.value = ""; } });
      camera.setAttribute("capture", "environment");
      zone.querySelector("label").textContent = text("pick");
      zone.prepend(make("button", { type: "button", textContent: text("photo"), className: "second photo", onclick: () => camera.click() }));
    }
    for (const kind of ["dragover", "dragleave", "drop"]) {
      zone.addEventListener(kind, (e) => {
        e.preventDefault();
        zone.toggleAttribute("data-over", kind === "dragover");
        if (kind === "drop") [...e.dataTransfer.files].slice(0, input.multiple ? undefined : 1).forEach(add);
      });
    }
    // What was begun before a reload goes on when the same file is picked again.
    if (!data.replaces) opened.then((open) => {
      for (const u of open?.items ?? []) {
        if (u.document !== doc || u.subject !== subject) continue;
        const { status, item } = row(u.name);
        item.dataset.open = u.name;
        status.textContent = text("pick-again", { name: u.name, percent: Math.floor(u.parts.reduce((a, p) => a + p.size, 0) / u.size * 100) });
        item.append(make("button", { type: "button", textContent: text("cancel"), onclick: () => { fetch(`${base}/${u.id}`, { method: "DELETE" }); item.remove(); } }));
      }
    });
  }
}
