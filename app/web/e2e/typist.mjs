// A scripted person, to count what a claim costs: pages and time. The time is reckoned, not waited for.

import assert from 'node:assert/strict';

/** How long such a person takes, in seconds. Typing is the figure; the others are assumed beside it. */
export const pace = { character: 1 / 3, choice: 1, page: 2 };

/**
 * Counts the pages that a person sees and the time that they take from now on: 3 characters a second, a second for
 * each click or choice, two to find one's way on each new page, and what the site itself made them wait.
 * @param {import('playwright-core').Page} page
 * @param {typeof pace} [takes] how long such a person takes, if not as long as others
 */
export function typist(page, takes = pace) {
  const seen = [page.url()];
  let seconds = takes.page;
  let waited = 0;
  // A page is a document that was shown: the stations of a redirect and jumps within a page are none.
  let address = page.url().split('#')[0];
  page.on('domcontentloaded', () => {
    address = page.url().split('#')[0];
    seen.push(address);
    seconds += takes.page;
  });
  const act = async (cost, fn) => {
    seconds += cost;
    const from = performance.now();
    await fn();
    await page.waitForLoadState('load');
    waited += (performance.now() - from) / 1000;
  };
  return {
    /** Types into a field. */
    type: (locator, text) => act([...text].length * takes.character, () => locator.fill(text)),
    /** Chooses an option of a select by its label or value. */
    select: (locator, option) => act(takes.choice, () => locator.selectOption(option)),
    /** Ticks a box or a radio button. */
    check: (locator) => act(takes.choice, () => locator.check()),
    /** Presses a button or link; waits for the page that follows, if one does. */
    press: (locator) => act(takes.choice, () => locator.click()),
    /** What it came to so far. */
    count: () => ({ pages: seen.length, seconds: seconds + waited, seen: [...seen] }),
    /** Asserts the product's promise. */
    within({ pages = 12, seconds: most = 180 } = {}) {
      const now = this.count();
      const list = now.seen.map((url, i) => `    ${i + 1}. ${url}`).join('\n');
      assert.ok(now.pages <= pages, `${now.pages} pages, more than ${pages}:\n${list}`);
      assert.ok(now.seconds <= most, `${Math.round(now.seconds)} s, more than ${most} s, on ${now.pages} pages:\n${list}`);
      return now;
    },
  };
}
