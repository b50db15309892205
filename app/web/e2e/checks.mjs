// What holds for every page, whatever it shows.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { views, withoutScript } from './browser.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

const wanted = process.env.ONESTOP_E2E_SHOTS;

/** Where screenshots go: ONESTOP_E2E_SHOTS, else (a failure's alone) the folder shots beside this file. */
export const shots = wanted || fileURLToPath(new URL('shots', import.meta.url));

// One session a page, never detached: detaching would undo the page's "JavaScript off".
const sessions = new WeakMap();

async function sessionOf(page) {
  if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
  return sessions.get(page);
}

// axe runs in a world of its own beside the page's scripts. The page's content security policy does not reach there,
// so that it stays as strict as it is for people. Where JavaScript is off it is on while axe runs: the page's scripts
// were not run when it was read, and are not run then.
async function inWorldOfAxe(page, expression) {
  const cdp = await sessionOf(page);
  const off = withoutScript(page);
  if (off) {
    // Said twice, since a session that has not switched it off itself cannot switch it on.
    await cdp.send('Emulation.setScriptExecutionDisabled', { value: true });
    await cdp.send('Emulation.setScriptExecutionDisabled', { value: false });
  }
  try {
    const { frameTree } = await cdp.send('Page.getFrameTree');
    const { executionContextId: contextId } = await cdp.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
    const run = async (source, awaitPromise) => {
      const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', { expression: source, contextId, awaitPromise, returnByValue: awaitPromise });
      if (exceptionDetails) throw new Error(`axe: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      return result.value;
    };
    await run(axeSource + '\n;0', false);
    return await run(expression, true);
  } finally {
    if (off) await cdp.send('Emulation.setScriptExecutionDisabled', { value: true });
  }
}

/**
 * Asserts that axe-core finds no breach of WCAG 2.2 A and AA and of its best practices on the page as it is now.
 * Content of frames is not looked at: open a frame's address as a page of its own.
 * @param {{except?: string[], colours?: boolean}} [o] except: selectors that are left out, say beside the call why;
 *   colours: false where the same page was looked at before in other words (the rule of contrast is the slowest of all)
 */
export async function axe(page, { except = [], colours = true } = {}) {
  const options = {
    runOnly: { type: 'tag', values: rules }, rules: { 'color-contrast': { enabled: colours } }, resultTypes: ['violations'], iframes: false, preload: false,
  };
  await page.waitForLoadState(); // a click returns before the next page is there in whole
  const found = await inWorldOfAxe(page, `axe.run(${JSON.stringify({ exclude: except.map((e) => [e]) })}, ${JSON.stringify(options)}).then((r) => r.violations)`);
  const lines = found.flatMap(({ id, impact, help, helpUrl, nodes }) => [
    `${id} (${impact}): ${help}  ${helpUrl}`,
    ...nodes.map((n) => `    ${n.target.flat().join(' ')}  ${n.html.slice(0, 160)}\n      ${n.failureSummary.replace(/\n\s*/g, ' ')}`),
  ]);
  assert.equal(found.length, 0, `axe on ${page.url()}:\n${lines.join('\n')}`);
}

// What of a page axe looks at, apart from words: every element with its attributes and whether it has text of its own. Of an attribute
// that is read out there stands which other elements have the same words. Readings of kanji are left out, the switch of the language, and the
// menu's count of what waits, which other tests change meanwhile.
function outlined() {
  const words = new Map();
  const same = (text) => { if (!words.has(text)) words.set(text, words.size); return words.get(text); };
  const attribute = ({ name, value }) => {
    if (['href', 'action', 'src', 'value', 'content', 'lang', 'hreflang', 'datetime'].includes(name) || name.startsWith('data-')) return name;
    return ['aria-label', 'title', 'alt', 'placeholder', 'summary'].includes(name) ? `${name}=${value.trim() && same(value)}` : `${name}=${value}`;
  };
  return [...document.querySelectorAll('*')].filter((e) => !e.closest('ruby, .menu .count') && !e.parentElement?.querySelector(':scope > [hreflang]')).map((e) => {
    const text = [...e.childNodes].some((n) => (n.nodeType === Node.TEXT_NODE && n.data.trim()) || n.nodeName === 'RUBY');
    return `${e.tagName} ${[...e.attributes].map(attribute).sort().join(' ')} ${text ? 'text' : ''}`;
  }).join('\n');
}

/** How a page is built, whatever its language: two pages with one outline are one page to axe. */
export const outline = (page) => page.evaluate(outlined);

/** Runs fn in a window of another size and gives the window its own size back. */
async function sized(page, viewport, fn) {
  const before = page.viewportSize();
  await page.setViewportSize(viewport);
  try {
    return await fn();
  } finally {
    await page.setViewportSize(before);
  }
}

// What stands out to the right. Inside a box that scrolls by itself (a wide table) nothing does.
function standingOut() {
  const root = document.documentElement;
  const width = root.clientWidth;
  if (Math.max(root.scrollWidth, document.body?.scrollWidth ?? 0) <= width) return [];
  const scrolls = (e) => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
  const out = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > width + 0.5 && !scrolls(e));
  return [`the page is ${root.scrollWidth} px wide in a window of ${width} px`, ...out.slice(0, 8).map((e) => `    ${e.outerHTML.slice(0, 120)} ends at ${Math.round(e.getBoundingClientRect().right)} px`)];
}

/**
 * Asserts that nobody has to scroll sideways: in a window of 320 px (WCAG 1.4.10), and at 200 % zoom, which makes a
 * window of 1280 px one of 640 CSS px.
 * @param {number[]} [widths] CSS pixels
 */
export async function noSidewaysScroll(page, widths = [320, 640]) {
  for (const width of widths) {
    const lines = await sized(page, { width, height: 640 }, () => page.evaluate(standingOut));
    assert.equal(lines.length, 0, `sideways scrolling on ${page.url()}: ${lines.join('\n')}`);
  }
}

/**
 * Writes a picture of the whole page at both widths: shots/<name>-1280.png and shots/<name>-360.png.
 * Only where ONESTOP_E2E_SHOTS says so: 370 pictures that nobody looks at are two minutes of the build machine.
 * One dot a CSS pixel: a long page at a phone's own density takes three times as long to write.
 * @param {number[]} [widths] 1280, 360 or both
 */
export async function shot(page, name, widths = [1280, 360]) {
  if (!wanted && !name.startsWith('failed-')) return; // a failure's is always wanted
  mkdirSync(shots, { recursive: true });
  for (const width of widths) {
    const { viewport } = Object.values(views).find((v) => v.viewport.width === width) ?? { viewport: { width, height: 800 } };
    await sized(page, viewport, () => page.screenshot({ path: join(shots, `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}-${width}.png`), fullPage: true, scale: 'css' }));
  }
}

/**
 * Asserts what a person who hears the page instead of seeing it gets first: a title, one h1, the language; and that no text
 * is one of the program's own.
 * @param {'ja'|'plain'|'en'} lang plain Japanese is Japanese to a screen reader
 */
export async function wellNamed(page, lang) {
  const { title, headings, said, text, torn } = await page.evaluate(() => ({
    // Readings of kanji beside words in a box that flexes are boxes of their own: the sentence falls apart.
    torn: [...document.querySelectorAll('ruby')].map((e) => e.parentElement).filter((e) => /flex|grid/.test(getComputedStyle(e).display)
      && [...e.childNodes].filter((n) => n.nodeName === 'RUBY' || (n.nodeType === Node.TEXT_NODE && n.data.trim())).length > 1).map((e) => e.outerHTML.slice(0, 160)),
    title: document.title, headings: [...document.querySelectorAll('h1')].map((h) => h.innerText.trim()), said: document.documentElement.lang,
    text: document.querySelector('main')?.innerText ?? '',
  }));
  assert.notEqual(title.trim(), '', `${page.url()} has no title`);
  assert.equal(headings.length, 1, `${page.url()} has ${headings.length} h1`);
  assert.notEqual(headings[0], '', `the h1 of ${page.url()} is empty`);
  assert.match(said, lang === 'en' ? /^en\b/ : /^ja\b/, `html lang of ${page.url()}`);
  assert.deepEqual(torn, [], `${page.url()} tears sentences apart`);
  const broken = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b0x[0-9a-f]{6,}|<no value>|%!.\(|\b\d\.\d+e\+\d+|\bmap\[|<nil>|\bundefined\b|\bNaN\b|\{[a-z_]+\}/.exec(text);
  assert.equal(broken, null, `${page.url()} shows ${broken?.[0]}, which is meant for no person`);
}
