// Sends files to /api/v1/applications/{id}/uploads part by part: each part is tried again by itself, and after a reload
// the same file goes on where it stopped. No text is in here: the server writes texts, in the person's language.

// wait ends after a time, when the upload is ended, or at the event "online" of wake.
const wait = (ms, signal, wake) => new Promise((done) => {
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    wake?.removeEventListener("online", end);
    done();
  };
  const timer = ms === Infinity ? 0 : setTimeout(end, ms);
  if (signal.aborted) return end();
  signal.addEventListener("abort", end);
  wake?.addEventListener("online", end);
});

// put is fetch that tells how many bytes of the body are on their way: only the older interface says it.
const put = (url, { method, body, headers, signal }, moved) => new Promise((done, fail) => {
  const x = new XMLHttpRequest();
  x.open(method, url);
  for (const name in headers) x.setRequestHeader(name, headers[name]);
  x.upload.onprogress = (event) => moved(event.loaded);
  x.onload = () => done(new Response(x.responseText || null, { status: x.status, headers: { "Retry-After": x.getResponseHeader("Retry-After") ?? "" } }));
  x.onerror = () => fail(new TypeError("network"));
  x.onabort = () => fail(signal.reason);
  signal.addEventListener("abort", () => x.abort());
  x.send(body);
});

const json = { "Content-Type": "application/json" };
const hex = (sum) => Array.from(sum, (b) => b.toString(16).padStart(2, "0")).join("");

// What ends an upload for now: state is "signed-out", "refused" (message is the server's), "failed" or "unreadable".
export class Stopped extends Error {
  constructor(state, message = "", problem = {}) { super(message); this.state = state; this.problem = problem; }
  // final: only another file can end otherwise.
  get final() { return this.state === "refused" || this.state === "unreadable"; }
}

// One file on its way. Events: "state" (state: starting, resumed, sending, waiting, offline, checking, done, cancelled, or
// that of a Stopped) and "progress" (sent, resumed: bytes). start() may be called again after it was stopped.
export class Upload extends EventTarget {
  #abort; #parts = new Map(); #sums = new Map(); #view;

  constructor(file, { application, document, subject, api = "/api/v1", parallel = 2, fetch = (url, o, moved) => moved ? put(url, o, moved) : globalThis.fetch(url, o),
    replaces, lang = globalThis.document?.documentElement.lang, tries = 8, pause = 1000, online = globalThis.window }) {
    super();
    this.file = file;
    this.state = "";
    this.resumed = 0;
    Object.assign(this, { parallel, fetch, lang, tries, pause, online, document, subject, replaces,
      base: `${api}/applications/${application}/uploads` });
  }

  get sent() { return [...this.#parts.values()].reduce((a, b) => a + b, 0); }

  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  // start sends what is missing and gives the server's answer of the finished file; undefined once it was cancelled.
  async start() {
    const abort = this.#abort = new AbortController();
    try {
      this.#say("starting");
      for (let round = 0; ; round++) {
        try {
          const got = await this.#whole();
          this.#say("done");
          return got;
        } catch (e) {
          // An upload that was swept begins anew; parts that were lost are sent again.
          if (round > 2 || abort.signal.aborted || !(e instanceof Stopped) || e.status !== 404 && !e.problem.missing || e.path === "") throw e;
        }
      }
    } catch (e) {
      const cancelled = abort.signal.aborted && this.state === "cancelled";
      abort.abort(); // the other parts under way
      if (cancelled) return undefined;
      const stopped = e instanceof Stopped ? e : new Stopped("failed", "", { cause: e });
      if (stopped.final) await this.#drop(); // no other try can end otherwise: nothing of it stays
      this.#say(stopped.state);
      throw stopped;
    }
  }

  // cancel gives the upload up, here and on the server.
  async cancel() {
    this.#say("cancelled");
    this.#abort?.abort();
    await this.#drop();
  }

  async #drop() {
    const id = this.#view?.id;
    this.#view = undefined;
    if (id) await this.fetch(`${this.base}/${id}`, { method: "DELETE" }).catch(() => {});
  }

  async #whole() {
    const { file, document, subject, replaces } = this;
    const view = this.#view = await this.#ask("POST", "", JSON.stringify({ document, subject, name: file.name, size: file.size, replaces }), json);
    this.#parts.clear();
    const there = new Map(view.parts.map((p) => [p.number, p.sha256]));
    const left = [];
    for (let n = 1; (n - 1) * view.part_size < file.size; n++) {
      if (there.has(n)) {
        const { bytes, sum } = await this.#read(n);
        if (sum && hex(sum) === there.get(n)) { this.#count(n, bytes.byteLength); continue; }
      }
      left.push(n);
    }
    this.resumed = this.sent;
    this.#count();
    this.#say(this.resumed ? "resumed" : "sending");
    const worker = async () => { for (let n; (n = left.shift());) await this.#put(n); };
    await Promise.all(Array.from({ length: this.parallel }, worker));
    this.#say("checking");
    // Another file of the name is kept: phones call every photo the same. Two of one size at once do not become one either: the
    // server compares what it has with what was sent here.
    const sha256 = globalThis.crypto?.subtle && [...this.#sums].sort(([a], [b]) => a - b).map(([, sum]) => sum);
    return this.#ask("POST", `/${view.id}/finish`, JSON.stringify({ on_taken: "keep-both", replaces, sha256 }), json);
  }

  #count(number, bytes) {
    if (number) this.#parts.set(number, bytes);
    this.dispatchEvent(new Event("progress"));
  }

  async #read(n) {
    const size = this.#view.part_size;
    try {
      const bytes = await this.file.slice((n - 1) * size, n * size).arrayBuffer();
      const sum = globalThis.crypto?.subtle && new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      if (sum) this.#sums.set(n, hex(sum));
      return { bytes, sum };
    } catch { throw new Stopped("unreadable"); } // moved, changed or deleted since it was picked
  }

  async #put(n) {
    const { bytes, sum } = await this.#read(n);
    const { signal } = this.#abort;
    const headers = { "Content-Type": "application/octet-stream" };
    if (sum) headers["Content-Digest"] = `sha-256=:${btoa(String.fromCharCode(...sum))}:`;
    await this.#ask("PUT", `/${this.#view.id}/parts/${n}`, bytes, headers, (moved) => this.#count(n, moved));
    signal.throwIfAborted(); // another part ended the upload meanwhile
    this.#count(n, bytes.byteLength);
    this.#say("sending");
  }

  // ask sends one request until it has an answer that counts.
  async #ask(method, path, body, headers = {}, moved) {
    const { signal } = this.#abort;
    const before = this.state;
    for (let n = 0, failures = 0; ; n++) {
      if (globalThis.navigator?.onLine === false) {
        this.#say("offline");
        await wait(Infinity, signal, this.online);
      }
      signal.throwIfAborted();
      let answer, after = 0;
      try {
        answer = await this.fetch(this.base + path, { method, body, signal, credentials: "same-origin",
          headers: { ...headers, Accept: "application/json", ...(this.lang && { "Accept-Language": this.lang }) } }, moved);
        if (answer.ok) {
          const got = answer.status === 204 ? null : await answer.json();
          if (this.state === "waiting" || this.state === "offline") this.#say(before);
          return got;
        }
      } catch { signal.throwIfAborted(); } // the connection: it comes back, or the person cancels
      if (answer) {
        if (answer.status === 401) throw new Stopped("signed-out");
        if (answer.status !== 408 && answer.status !== 429 && answer.status < 500 || ++failures >= this.tries) {
          const problem = await answer.json().catch(() => ({}));
          const detail = problem.errors?.[0]?.detail || problem.detail || "";
          const again = answer.status >= 500 || !detail || problem.missing || problem.code === "conflict";
          throw Object.assign(new Stopped(again ? "failed" : "refused", detail, problem), { status: answer.status, path });
        }
        after = (Number(answer.headers.get("Retry-After")) || 0) * 1000;
      }
      this.#say("waiting");
      await wait(after || Math.min(30, 2 ** n) * this.pause * (0.5 + Math.random() / 2), signal, answer ? null : this.online);
    }
  }
}
