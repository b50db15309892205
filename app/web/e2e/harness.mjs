// What a spec file imports. `scene` is one test in one window; everything else is called in it.

import { test } from 'node:test';
import { collect, openContext, base } from './browser.mjs';
import { shot } from './checks.mjs';
import { api, freshParent, signIn, token } from './people.mjs';

export { base, browser, openContext, collect, views } from './browser.mjs';
export { axe, noSidewaysScroll, outline, shot, shots, wellNamed } from './checks.mjs';
export { api, freshParent, signIn, token } from './people.mjs';
export { budget, transferred } from './wire.mjs';
export { cut, cutAt, mend, throttle } from './line.mjs';
export { byKeyboard, ringVisible, tabInto } from './keyboard.mjs';
export { pace, typist } from './typist.mjs';

/**
 * One test in one window, or in each of several.
 *
 * It fails if the script throws, and if any page in it, opened in any way, logged an error, breached its own content
 * security policy, threw an exception or asked for a file that is missing. A failure leaves a picture in
 * shots/failed-<name>-<width>.png and the address where it happened.
 *
 * @param {string} name what is so afterwards: "a parent files a claim without attachments"
 * @param {object} o
 * @param {'desktop'|'phone'|('desktop'|'phone')[]} [o.at] the window; each listed one is a test of its own
 * @param {string} [o.as] a persona to be signed in as before the script begins
 * @param {'ja'|'plain'|'en'} [o.lang]
 * @param {boolean} [o.script] false: with JavaScript off
 * @param {boolean} [o.line] a line that throttle, cut, mend and cutAt work on
 * @param {number} [o.timeout] milliseconds
 * @param {(s: Scene) => Promise<void>} script gets {page, context, view, lang, api, token, freshParent, signIn,
 *   expect, window}: `expect(/pattern/)` names a problem that belongs to the test; `window(o)` opens another window
 *   with other cookies, for a second person or device, watched in the same way, and gives {page, context}
 */
export function scene(name, o, script) {
  const { at = 'desktop', as, lang = 'ja', script: javaScript = true, line = false, timeout = 90_000 } = o;
  for (const view of [at].flat()) {
    const parts = [name, view, ...(lang === 'ja' ? [] : [lang]), ...(javaScript ? [] : ['no script'])];
    test(parts.join(', '), { timeout }, () => play(parts.join(', '), { view, lang, script: javaScript, line }, as, script));
  }
}

async function play(title, settings, as, script) {
  const open = [];
  const expected = [];
  const window = async ({ as: who, ...other } = {}) => {
    const context = await openContext({ ...settings, ...other });
    const watch = collect(context);
    expected.forEach((pattern) => watch.expect(pattern));
    open.push({ context, watch });
    const page = await context.newPage();
    if (who) await signIn(page, who);
    return { page, context };
  };
  const expect = (pattern) => {
    expected.push(pattern);
    open.forEach(({ watch }) => watch.expect(pattern));
  };
  try {
    const { page, context } = await window({ as });
    await script({ page, context, ...settings, api, token, freshParent, signIn, expect, window });
    const problems = open.flatMap(({ watch }) => watch.problems);
    if (problems.length > 0) throw new Error(`the pages did what no page may do:\n${problems.join('\n')}`);
  } catch (error) {
    throw await told(error, title, open);
  } finally {
    await Promise.all(open.map(({ context }) => context.close()));
  }
}

// The failure's text with what one would otherwise have to run it again for.
async function told(error, title, open) {
  const notes = [];
  for (const [i, { context, watch }] of open.entries()) {
    for (const page of context.pages()) {
      const name = `failed-${title}${i > 0 ? `-window-${i + 1}` : ''}`;
      const width = page.viewportSize().width;
      const taken = await shot(page, name, [width]).then(() => `picture ${name}`, () => 'no picture could be taken');
      notes.push(`window ${i + 1} was at ${page.url().replace(base, '')} (${taken})`);
    }
    notes.push(...watch.problems.map((problem) => `window ${i + 1}: ${problem}`));
  }
  const text = String(error?.message ?? error);
  const whole = new Error([text, ...notes.filter((note) => !text.includes(note.replace(/^window \d+: /, '')))].join('\n'));
  whole.stack = String(error?.stack ?? whole.stack);
  return whole;
}
