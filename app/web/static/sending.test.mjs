import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { Upload } from "./sending.mjs";

const size = 25, part_size = 10;
const bytes = Uint8Array.from({ length: size }, (_, i) => i);
const file = () => new File([bytes], "a.pdf");
const sha = (b) => createHash("sha256").update(b).digest("hex");
const json = (body, status = 200, headers = {}) => new Response(JSON.stringify(body), { status, headers });

// server keeps the parts of one upload; hook may answer, or fail, instead of it.
function server(hook = () => undefined) {
  const s = { parts: new Map(), asked: [] };
  s.fetch = async (url, options) => {
    const what = `${options.method} ${url.replace("/api/v1/applications/A/uploads", "")}`;
    s.asked.push(what);
    options.signal?.throwIfAborted();
    const other = await hook(what, s);
    if (other) return other;
    const part = /^PUT \/U\/parts\/(\d+)$/.exec(what);
    if (part) {
      const sum = createHash("sha256").update(new Uint8Array(options.body));
      assert.equal(options.headers["Content-Digest"], `sha-256=:${sum.digest("base64")}:`);
      s.parts.set(Number(part[1]), new Uint8Array(options.body));
      return new Response(null, { status: 204 });
    }
    if (what === "POST ") {
      assert.deepEqual(JSON.parse(options.body), { document: "d", subject: "s", name: "a.pdf", size });
      return json({ id: "U", part_size, parts: [...s.parts].map(([number, b]) => ({ number, size: b.length, sha256: sha(b) })) }, 201);
    }
    if (what === "POST /U/finish") {
      s.finish = JSON.parse(options.body);
      const others = s.finish.sha256.flatMap((sum, i) => s.parts.has(i + 1) && sha(s.parts.get(i + 1)) !== sum ? [i + 1] : []).join(",");
      if (others) return json({ detail: "missing", missing: others }, 409);
      const missing = [1, 2, 3].filter((n) => !s.parts.has(n)).join(",");
      if (missing) return json({ detail: "missing", missing }, 409);
      return json({ id: "U", sha256: sha(Buffer.concat([1, 2, 3].map((n) => s.parts.get(n)))) }, 201);
    }
    return new Response(null, { status: 204 });
  };
  return s;
}

function upload(s, more = {}) {
  const up = new Upload(file(), { application: "A", document: "d", subject: "s", fetch: s.fetch, pause: 1, ...more });
  up.states = [];
  up.addEventListener("state", () => up.states.push(up.state));
  return up;
}

test("a file is sent in parts", async () => {
  const s = server(), up = upload(s);
  const seen = [];
  up.addEventListener("progress", () => seen.push(up.sent));
  assert.equal((await up.start()).sha256, sha(bytes));
  assert.deepEqual(up.states, ["starting", "sending", "checking", "done"]);
  assert.deepEqual([seen[0], seen.at(-1)], [0, size]);
});

test("progress moves with the bytes, and back when a part is tried again", async () => {
  const s = server(), up = upload(s, { parallel: 1 });
  const fetch = s.fetch, seen = [];
  let cut = true;
  up.fetch = (url, options, moved) => {
    if (!moved) return fetch(url, options);
    moved(4);
    if (cut) { cut = false; throw new TypeError("cut"); }
    moved(7);
    return fetch(url, options);
  };
  up.addEventListener("progress", () => seen.push(up.sent));
  assert.equal((await up.start()).sha256, sha(bytes));
  assert.deepEqual(seen, [0, 4, 4, 7, 10, 14, 17, 20, 24, 27, 25]);
});

test("it ends as a file beside others of its name, and only with what was sent", async () => {
  let other = true;
  const s = server((what, s) => { if (what === "POST /U/finish" && other) { other = false; s.parts.set(2, new Uint8Array(10)); } });
  assert.equal((await upload(s).start()).sha256, sha(bytes));
  assert.deepEqual([s.finish.on_taken, s.finish.replaces, s.finish.sha256.length], ["keep-both", undefined, 3]);
  assert.equal(s.asked.filter((a) => a === "PUT /U/parts/2").length, 2);
});

test("what is there is not sent again, other bytes are", async () => {
  const s = server(), up = upload(s);
  s.parts.set(1, bytes.slice(0, 10)).set(2, new Uint8Array(10));
  assert.equal((await up.start()).sha256, sha(bytes));
  assert.equal(up.resumed, 10);
  assert.ok(!s.asked.includes("PUT /U/parts/1") && s.asked.includes("PUT /U/parts/2"));
});

test("a part is tried again after a dropped connection, 503 and 429", async () => {
  const answers = [() => { throw new TypeError("fetch failed"); }, () => json({}, 503), () => json({}, 429, { "Retry-After": "0" })];
  const s = server((what) => what === "PUT /U/parts/2" && answers.shift()?.());
  const up = upload(s);
  assert.equal((await up.start()).sha256, sha(bytes));
  assert.equal(s.asked.filter((a) => a === "PUT /U/parts/2").length, 4);
  assert.equal(s.asked.filter((a) => a === "PUT /U/parts/1").length, 1);
  assert.ok(up.states.includes("waiting"));
});

test("signed out: everything is kept, and it goes on after signing in", async () => {
  let out = true;
  const s = server((what) => what === "PUT /U/parts/3" && out && json({}, 401));
  const up = upload(s, { parallel: 1 });
  await assert.rejects(up.start(), { state: "signed-out" });
  assert.equal(up.state, "signed-out");
  out = false;
  assert.equal((await up.start()).sha256, sha(bytes));
  assert.equal(up.resumed, 20);
  assert.equal(s.asked.filter((a) => a === "PUT /U/parts/1").length, 1);
});

test("a refusal is shown as the server says it", async () => {
  const s = server((what) => what === "POST " && json({ detail: "general", errors: [{ detail: "この書類は求められません。" }] }, 422));
  await assert.rejects(upload(s).start(), { state: "refused", message: "この書類は求められません。" });
});

test("parts that were lost are sent again", async () => {
  let lost = false;
  const s = server((what, s) => { if (what === "POST /U/finish" && !lost) { lost = true; s.parts.delete(2); } });
  assert.equal((await upload(s).start()).sha256, sha(bytes));
  assert.equal(s.asked.filter((a) => a === "PUT /U/parts/2").length, 2);
});

test("an upload that is gone begins anew", async () => {
  let gone = true;
  const s = server((what) => what === "PUT /U/parts/1" && gone && ((gone = false), json({ detail: "gone" }, 404)));
  assert.equal((await upload(s).start()).sha256, sha(bytes));
});

for (const [path, status] of [["PUT /U/parts/2", 415], ["POST /U/finish", 422], ["POST /U/finish", 409]]) {
  test(`refused for good at ${path}: nothing of it stays`, async () => {
    const s = server((what) => what === path && json({ detail: "この種類のファイルは使えません。" }, status));
    await assert.rejects(upload(s, { parallel: 1 }).start(), (e) => e.final && e.state === "refused");
    assert.equal(s.asked.at(-1), "DELETE /U");
  });
}

test("parts that are missing again and again can be tried anew", async () => {
  const s = server((what, s) => { if (what === "POST /U/finish") s.parts.delete(2); });
  await assert.rejects(upload(s).start(), (e) => !e.final && e.state === "failed");
  assert.ok(!s.asked.includes("DELETE /U"));
});

test("a server that keeps failing ends in failed", async () => {
  const s = server((what) => what.startsWith("PUT") && json({ detail: "broken" }, 500));
  const up = upload(s, { tries: 3, parallel: 1 });
  await assert.rejects(up.start(), { state: "failed" });
  assert.equal(s.asked.filter((a) => a === "PUT /U/parts/1").length, 3);
});

test("cancelled while it waits: the server is told", async () => {
  const up = upload(server((what) => { if (what === "PUT /U/parts/2") throw new TypeError("fetch failed"); }), { pause: 1e6 });
  const s = up.fetch;
  const asked = [];
  up.fetch = (url, options) => { asked.push(options.method); return s(url, options); };
  up.addEventListener("state", () => { if (up.state === "waiting") up.cancel(); });
  assert.equal(await up.start(), undefined);
  assert.equal(up.state, "cancelled");
  assert.ok(asked.includes("DELETE"));
});

test("a file that changed since it was picked is unreadable", async () => {
  const s = server(), up = upload(s);
  up.file = { name: "a.pdf", size, slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException("changed", "NotReadableError")) }) };
  await assert.rejects(up.start(), { state: "unreadable" });
});

test("offline: it waits for the connection and goes on", async (t) => {
  const online = new EventTarget();
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { onLine: false }, configurable: true });
  t.after(() => before ? Object.defineProperty(globalThis, "navigator", before) : delete globalThis.navigator);
  const s = server(), up = upload(s, { online });
  up.addEventListener("state", () => {
    if (up.state !== "offline") return;
    assert.equal(s.asked.length, 0);
    navigator.onLine = true;
    queueMicrotask(() => online.dispatchEvent(new Event("online")));
  });
  assert.equal((await up.start()).sha256, sha(bytes));
});
