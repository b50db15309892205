// What goes over the wire: how much a page loads, and a line that is slow or cut.

import assert from 'node:assert/strict';

/** What the first load of a page may come to, in bytes over the wire, headers included (web.md: 60 KB). */
export const budget = 60 * 1000;

// Streams stay open for as long as the page does.
const endless = new Set(['EventSource', 'WebSocket']);

/**
 * Loads a page as somebody who has never been here, and asserts that what came over the wire, with every file the
 * page asked for until it went quiet, is within the budget.
 * @param {number} [most] bytes
 * @returns {Promise<{bytes: number, files: {url: string, bytes: number}[], response: import('playwright-core').Response}>}
 */
export async function transferred(page, url, most = budget) {
  const cdp = await page.context().newCDPSession(page);
  const open = new Map();
  const files = [];
  let quiet = () => {};
  const close = (id, bytes) => {
    if (!open.has(id)) return;
    files.push({ url: open.get(id), bytes });
    open.delete(id);
    if (open.size === 0) quiet();
  };
  cdp.on('Network.requestWillBeSent', ({ requestId, request, type, redirectResponse }) => {
    if (redirectResponse) files.push({ url: `redirect to ${request.url}`, bytes: redirectResponse.encodedDataLength });
    if (!endless.has(type) && !request.url.startsWith('data:')) open.set(requestId, request.url);
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => close(requestId, encodedDataLength));
  cdp.on('Network.loadingFailed', ({ requestId }) => close(requestId, 0));
  try {
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    const response = await page.goto(url, { waitUntil: 'load' });
    // Two frames: what the page's modules ask for after they are loaded has been sent by then.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))).catch(() => {});
    if (open.size > 0) await new Promise((done) => { quiet = done; });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const list = [...files].sort((a, b) => b.bytes - a.bytes).map((file) => `    ${file.bytes}  ${file.url}`);
    assert.ok(bytes <= most, `the first load of ${url} is ${bytes} bytes, more than ${most}:\n${list.join('\n')}`);
    return { bytes, files, response };
  } finally {
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: false });
    await cdp.detach();
  }
}

// One session a page: Chromium forgets the conditions when the session that set them ends.
const lines = new WeakMap();

async function line(page) {
  if (!lines.has(page)) {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    lines.set(page, { cdp, conditions: { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 } });
  }
  return lines.get(page);
}

async function set(page, change) {
  const it = await line(page);
  Object.assign(it.conditions, change);
  await it.cdp.send('Network.emulateNetworkConditions', it.conditions);
}

/**
 * Makes the page's line slow. Do this before `cut` too: Chromium cuts requests under way only on a line that it slows.
 * @param {{up?: number, down?: number, latency?: number}} o kilobits a second, milliseconds
 */
export function throttle(page, { up = 2000, down = 8000, latency = 40 } = {}) {
  return set(page, { latency, uploadThroughput: (up * 1000) / 8, downloadThroughput: (down * 1000) / 8 });
}

/** Cuts the line: requests under way fail, new ones fail at once. Expect their console errors with `expect`. */
export const cut = (page) => set(page, { offline: true });

/** Joins the line again, as slow as it was. */
export const mend = (page) => set(page, { offline: false });

/**
 * Cuts the line when the nth request to an address is sent: "in the middle of the third part".
 * @param {RegExp} address @param {number} [nth] from 1
 * @returns {Promise<{done: Promise<void>}>} done: kept when the line is cut. (In an object, since a promise cannot
 * hand over a promise without waiting for it.)
 */
export async function cutAt(page, address, nth = 1) {
  const { cdp } = await line(page);
  let seen = 0;
  const done = new Promise((resolve, reject) => {
    cdp.on('Network.requestWillBeSent', ({ request }) => {
      if (address.test(request.url) && request.method !== 'OPTIONS' && ++seen === nth) cut(page).then(resolve, reject);
    });
  });
  return { done };
}
