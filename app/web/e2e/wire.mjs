// How much a page loads.

import assert from 'node:assert/strict';
import { withoutScript } from './browser.mjs';

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
    if (!withoutScript(page)) await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
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
