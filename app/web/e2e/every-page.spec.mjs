// What holds for every page, in each window and language. Pages are added in *.pages.mjs; nothing is added here.

import assert from 'node:assert/strict';
import { describe, test, after } from 'node:test';
import { axe, base, collect, noSidewaysScroll, openContext, outline, shot, signIn, transferred, views, wellNamed } from './harness.mjs';
import { pages } from './pages.mjs';

// One window a person and group of walks: signing in anew for each page would take longer than the pages do.
const windows = new Map();

function windowFor(group, view, as) {
  const key = `${group} ${as ?? ''}`;
  if (!windows.has(key)) {
    windows.set(key, (async () => {
      const context = await openContext({ view });
      const watch = collect(context);
      const page = await context.newPage();
      if (as) await signIn(page, as);
      return { context, watch, page };
    })());
  }
  return windows.get(key);
}

after(async () => {
  for (const opened of await Promise.allSettled(windows.values())) await opened.value?.context.close();
});

// The state behind an address is brought about once.
const addresses = new Map();

function addressOf(entry) {
  if (!addresses.has(entry.name)) addresses.set(entry.name, typeof entry.url === 'function' ? entry.url() : Promise.resolve(entry.url));
  return addresses.get(entry.name);
}

/** The same page in a language: the site's switch is the query. The provider knows no plain Japanese and takes ja. */
function inLanguage(address, lang) {
  const url = new URL(address, base);
  url.searchParams.set('lang', url.origin === new URL(base).origin || lang !== 'plain' ? lang : 'ja');
  return url.href;
}

async function walk(entry, view, lang) {
  const { page, watch } = await windowFor(`${view} ${lang}`, view, entry.as);
  const before = watch.problems.length; // pages of one group are walked one after another, in one window
  const url = inLanguage(entry.open ? await entry.open(page) : await addressOf(entry), lang);
  const { response } = await transferred(page, url);
  assert.equal(response.status(), entry.status ?? 200, `the status of ${url}`);
  await look(page, entry.name, entry.as, view, lang);
  for (const [state, reach] of Object.entries(entry.states ?? {})) {
    await page.goto(url);
    await reach(page);
    await look(page, `${entry.name}-${state}`, entry.as, view, lang);
  }
  const problems = watch.problems.slice(before);
  assert.equal(problems.length, 0, problems.join('\n'));
}

// What axe said of each page in Japanese on a phone holds for the page in another language that is built in the same way.
const outlines = new Map();
const again = [];
after(() => console.log(`${again.length} pages are built in another way in another language: ${again.join(', ')}`));

// The rule of contrast takes as long as all others together. The wide window has the colours of the narrow one, apart from the open menu, which is each
// person's own and the same on all pages.
const coloured = new Set();

// Each width is looked at by the window that is nearer to it, and pictures are taken in Japanese alone.
async function look(page, name, as, view, lang) {
  await wellNamed(page, lang);
  const built = await outline(page); // first: a picture and axe leave attributes behind
  if (lang === 'ja') {
    await shot(page, name, [views[view].viewport.width]);
    await axe(page, { colours: view === 'phone' || !coloured.has(as) });
    if (view === 'desktop') coloured.add(as);
    if (view === 'phone') outlines.set(name, built);
  } else if (built !== outlines.get(name)) {
    again.push(`${name} ${lang}`);
    await axe(page, { colours: false });
  }
  await noSidewaysScroll(page, [view === 'phone' ? 320 : 640]);
}

// The languages differ in their texts alone: one width is enough for the other two, and the narrow one shows more.
const groups = [['phone', 'ja'], ['desktop', 'ja'], ['phone', 'plain'], ['phone', 'en']];

describe('every page', { concurrency: 2 }, () => {
  for (const [view, lang] of groups) {
    describe(`${view} ${lang}`, { concurrency: 1 }, () => {
      for (const entry of pages.filter(({ langs }) => !langs || langs.includes(lang))) test(`${entry.name} ${view} ${lang}`, { timeout: 60_000 }, () => walk(entry, view, lang));
    });
  }
});
