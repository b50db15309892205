// The list of all pages, which every-page.spec.mjs walks over. Each subject keeps its pages in a file of its own,
// `<subject>.pages.mjs`, so that adding a page touches no other subject's file.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

/**
 * @typedef {object} Entry one page
 * @property {string} name names the picture too: "parent-home"; unique
 * @property {string|(() => Promise<string>)} url a path of ours, or a function that brings a state about through the
 *   API and gives the path. It is called once; each window and language then opens the same path.
 * @property {string} [as] the persona who opens it; nobody if absent
 * @property {(page) => Promise<string>} [open] for a page that no address leads to by itself: called in each window
 *   before the page is loaded, gives the address
 * @property {Record<string, (page) => Promise<void>>} [states] what a page looks like after something was done in it:
 *   {error: send the form empty, filled: …}. Each begins with the page freshly loaded, and is run in each window and
 *   language: it must be possible again and again.
 * @property {('ja'|'plain'|'en')[]} [langs] if not all three
 * @property {number} [status] the answer's status, 200 if absent
 */

const folder = new URL('.', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.pages.mjs')).sort();

/** @type {Entry[]} */
export const pages = (await Promise.all(files.map((name) => import(new URL(name, folder))))).flatMap((module) => module.default);

for (const [i, { name, url, open }] of pages.entries()) {
  assert.ok(name && (url || open), `entry ${i + 1} of the pages needs a name and an address`);
  assert.ok(pages.findIndex((other) => other.name === name) === i, `two pages are called ${name}`);
}
