// A person with a keyboard and no mouse, who sees where the focus is.

import assert from 'node:assert/strict';

/**
 * Presses Tab until an element has the focus, where its name is of no interest, and asserts that it is seen.
 * @param {import('playwright-core').Locator} locator its first element is meant; with any: whichever of them comes
 */
export async function tabInto(page, locator, { any = false, most = 150 } = {}) {
  const wanted = any ? locator : locator.first();
  const there = () => wanted.evaluateAll((all) => all.includes(document.activeElement));
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (await there()) return ringVisible(page);
  }
  return assert.fail(`Tab on ${page.url()} never came to ${locator}`);
}

// The ring may be drawn on the label of a radio button whose own box is hidden.
function ring() {
  const element = document.activeElement;
  if (!element || element === document.body) return 'nothing has the focus';
  const clear = (colour) => /^rgba\(.*, 0\)$|^transparent$/.test(colour);
  const drawn = (e) => {
    const style = getComputedStyle(e);
    const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && !clear(style.outlineColor);
    return outline || style.boxShadow !== 'none';
  };
  const carriers = [element, ...(element.labels ?? []), ...[element.nextElementSibling].filter((e) => e && element.matches('input'))];
  if (!carriers.some((e) => drawn(e))) return 'no focus ring of 2 px or more';
  const box = (carriers.find((e) => drawn(e)) ?? element).getBoundingClientRect();
  const inView = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  return inView ? '' : 'it is outside the window';
}

/** Asserts that the element with the focus shows a ring and stands in the window (WCAG 2.4.7, 2.4.11). */
export async function ringVisible(page) {
  const problem = await page.evaluate(ring);
  if (problem) {
    const what = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120));
    assert.fail(`the focus is not seen on ${what} of ${page.url()}: ${problem}`);
  }
}

/**
 * A person who does everything with the keyboard; the same acts as quickly of claimant.mjs and typist.mjs. Each goes
 * on from where the focus is, and asserts that it is seen.
 */
export function byKeyboard(page) {
  const focus = (locator) => locator.evaluate((e) => e === document.activeElement);
  return {
    /** Types into a field, over what is there. */
    async type(locator, text) {
      await tabInto(page, locator);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.insertText(text);
    },
    /** Goes down the options of a select to a value. */
    async select(locator, value) {
      await tabInto(page, locator);
      await page.keyboard.press('Home');
      const most = await locator.locator('option').count();
      for (let i = 0; i < most && (await locator.inputValue()) !== value; i++) await page.keyboard.press('ArrowDown');
      assert.equal(await locator.inputValue(), value, `the arrow never came to ${value}`);
    },
    /** Ticks a box, or goes with the arrow to a radio button, which ticks it. */
    async check(locator) {
      const group = await locator.evaluate((e) => (e.type === 'radio' ? e.name : ''));
      if (!group) await tabInto(page, locator);
      else {
        await tabInto(page, page.locator(`[name="${group}"]`), { any: true });
        for (let i = 0; i < 100 && !(await focus(locator)); i++) await page.keyboard.press('ArrowDown');
      }
      if (!(await locator.isChecked())) await page.keyboard.press('Space');
      assert.ok(await locator.isChecked());
    },
    /** Presses a button, or follows a link, to the page that comes; unfolds what is folded. */
    async press(locator) {
      await tabInto(page, locator);
      const unfolds = await locator.evaluate((e) => e.tagName === 'SUMMARY');
      const loaded = unfolds || page.waitForEvent('load');
      await page.keyboard.press('Enter');
      await loaded;
    },
  };
}
