// Debian's Chromium, one for a spec file, and the windows that the tests open in it.

import { after } from 'node:test';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { startLine } from './line.mjs';

/** The site under test, without a slash at the end. e2e_test.go sets it. */
export const base = (process.env.ONESTOP_E2E_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');

// The shell is the same engine without a desktop's window around it, which takes a quarter of the processor's time for nothing.
const shown = process.env.ONESTOP_E2E_SHOW === '1';
const installed = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser'].slice(shown ? 1 : 0);
const executable = process.env.ONESTOP_CHROMIUM ?? installed.find(existsSync);

// Nothing that phones home, and nothing that needs a graphics card or a large /dev/shm (containers have 64 MB).
const flags = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-default-apps', '--disable-dev-shm-usage', '--font-render-hinting=none', '--hide-scrollbars',
];

/** The two windows that every page is looked at in; sizes in CSS pixels. */
export const views = {
  desktop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

// What a browser of such a reader sends. Plain Japanese is no browser setting: the site's own switch chooses it.
const locales = { ja: 'ja-JP', plain: 'ja-JP', en: 'en-GB' };

// Contexts with JavaScript off: there, promises and timers of ours do not run either.
const scriptless = new WeakSet();

/** Says whether a page is one with JavaScript off. */
export const withoutScript = (page) => scriptless.has(page.context());

let running; // of this process, which is one spec file

/** The browser of this spec file; started at the first call and closed after the file's last test. */
export function browser() {
  if (!running) {
    if (!executable) throw new Error('no Chromium on this machine: apt-get install chromium-headless-shell fonts-noto-cjk, or name one in ONESTOP_CHROMIUM');
    const root = process.getuid?.() === 0;
    running = chromium.launch({
      executablePath: executable, chromiumSandbox: !root, args: [...flags, ...(root ? ['--no-sandbox'] : [])],
      headless: !shown,
    });
  }
  return running;
}

after(async () => {
  if (running) await (await running).close();
});

/**
 * A new window with no cookies.
 * @param {object} o
 * @param {'desktop'|'phone'} [o.view] @param {'ja'|'plain'|'en'} [o.lang] @param {boolean} [o.script] false: JavaScript off
 * @param {boolean} [o.line] a line that line.mjs can slow and cut
 * @returns {Promise<import('playwright-core').BrowserContext>}
 */
export async function openContext({ view = 'desktop', lang = 'ja', script = true, line: lined = false } = {}) {
  const line = lined ? await startLine() : undefined;
  const context = await (await browser()).newContext({
    ...views[view], baseURL: base, locale: locales[lang], timezoneId: 'Asia/Tokyo', javaScriptEnabled: script,
    ...(line ? { proxy: { server: line.proxy } } : {}),
    reducedMotion: 'reduce', // a page caught in the middle of a transition has other colours than its own
  });
  context.setDefaultTimeout(15_000);
  if (!script) scriptless.add(context);
  if (line) {
    line.belongsTo(context);
    context.on('close', () => line.close());
  }
  // The site's switch between languages; the browser's wish is already in Accept-Language.
  if (lang === 'plain') await context.addCookies([{ name: 'lang', value: 'plain', url: base }]);
  return context;
}

/**
 * Collects what no page may do: errors in the console (breaches of the page's content security policy come as such),
 * exceptions nobody caught, answers of 500 and more, and files of the page that are missing. A page that answers 4xx
 * on purpose (a form with errors is 422) is none of these; a script that lives with a failed request of its own names
 * it in `expected`.
 * @returns {{problems: string[], expect(pattern: RegExp): void}}
 */
export function collect(context) {
  const problems = [];
  const expected = [];
  const note = (text) => { if (!expected.some((pattern) => pattern.test(text))) problems.push(text); };
  const watch = (page) => {
    page.on('pageerror', (error) => note(`exception at ${page.url()}: ${error.stack ?? error}`));
    page.on('crash', () => note(`the page at ${page.url()} crashed`));
    page.on('console', (message) => {
      // Chromium repeats every failed answer here; 'response' below knows which of them is a page.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load resource: the server responded')) return;
      note(`console at ${page.url()}: ${message.text()}`);
    });
    page.on('response', (response) => {
      const request = response.request();
      if (response.status() >= 500 || (response.status() >= 400 && !request.isNavigationRequest()))
        note(`${request.method()} ${response.url()} answered ${response.status()}`);
    });
  };
  context.pages().forEach(watch);
  context.on('page', watch);
  return { problems, expect: (pattern) => expected.push(pattern) };
}
