// A line that is slow, or cut in the middle of an upload. It is a proxy between the browser and the site: Chromium's
// own throttling lets request bodies of more than about half a megabyte pass at full speed.

import { createServer, request as ask } from 'node:http';
import { Transform } from 'node:stream';
import { setTimeout as passed } from 'node:timers/promises';

const lines = new WeakMap(); // of contexts that were opened with a line

/** The line of a page whose window was opened with `line: true`. */
function lineOf(page) {
  const it = lines.get(page.context());
  if (!it) throw new Error('open the window with line: true to slow or cut its line');
  return it;
}

/**
 * Starts a line, as fast as the machine, for one context.
 * @returns {Promise<{proxy: string, belongsTo(context): void, close(): void}>}
 */
export async function startLine() {
  const state = { up: Infinity, down: Infinity, latency: 0, cut: false, sockets: new Set(), wanted: [] };
  const server = createServer((from, to) => carry(state, from, to));
  server.on('connection', (socket) => {
    if (state.cut) return socket.destroy();
    state.sockets.add(socket);
    socket.on('close', () => state.sockets.delete(socket)).on('error', () => {});
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    proxy: `http://127.0.0.1:${server.address().port}`,
    belongsTo(context) {
      state.context = context;
      lines.set(context, state);
    },
    close() {
      state.sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

async function carry(state, from, to) {
  const order = state.wanted.find((w) => from.method !== 'OPTIONS' && w.address.test(from.url) && ++w.seen === w.nth);
  if (state.latency > 0) await passed(state.latency);
  if (from.destroyed) return;
  const target = ask(from.url, { method: from.method, headers: from.headers }, (answer) => {
    to.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(paced(() => state.down)).pipe(to);
    answer.on('error', () => to.destroy());
  });
  target.on('error', () => to.destroy());
  to.on('close', () => target.destroy());
  from.on('error', () => target.destroy());
  from.pipe(paced(() => state.up, order && ((sent) => { if (sent >= order.after) order.happen(); }))).pipe(target);
  if (order && order.after === 0) order.happen();
}

// Lets bytes through at a rate that may change on the way; large chunks in pieces, so that a cut is felt at once.
function paced(rate, told = () => {}) {
  const piece = 16 * 1024;
  let sent = 0;
  return new Transform({
    highWaterMark: piece,
    async transform(chunk, _encoding, done) {
      for (let at = 0; at < chunk.length; at += piece) {
        const part = chunk.subarray(at, at + piece);
        const seconds = part.length / rate();
        if (seconds > 0) await passed(seconds * 1000);
        if (this.destroyed) return;
        this.push(part);
        sent += part.length;
        told(sent);
      }
      done();
    },
  });
}

/**
 * Makes the page's line slow.
 * @param {{up?: number, down?: number, latency?: number}} o kilobits a second, milliseconds before each request
 */
export function throttle(page, { up = 2000, down = 8000, latency = 40 } = {}) {
  Object.assign(lineOf(page), { up: (up * 1000) / 8, down: (down * 1000) / 8, latency });
}

/** Cuts the line: requests under way fail, new ones fail at once, the browser knows that it is offline. */
export async function cut(page) {
  const state = lineOf(page);
  state.cut = true;
  state.sockets.forEach((socket) => socket.destroy());
  await state.context.setOffline(true);
}

/** Joins the line again, as slow as it was. */
export async function mend(page) {
  const state = lineOf(page);
  state.cut = false;
  await state.context.setOffline(false);
}

/**
 * Cuts the line in the middle of the nth request to an address.
 * @param {RegExp} address @param {{nth?: number, after?: number}} [o] from 1; bytes of the body that pass before
 * @returns {{done: Promise<void>}} done: kept when the line is cut
 */
export function cutAt(page, address, { nth = 1, after = 0 } = {}) {
  const state = lineOf(page);
  let once = false;
  const done = new Promise((resolve, reject) => {
    state.wanted.push({ address, nth, after, seen: 0, happen: () => { if (!once) { once = true; cut(page).then(resolve, reject); } } });
  });
  return { done };
}
