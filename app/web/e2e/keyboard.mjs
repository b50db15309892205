// A person with a keyboard and no mouse, who sees where the focus is.

import assert from 'node:assert/strict';

/**
 * What has the focus, as a screen reader would say it; role "none" if nothing has.
 * @returns {Promise<{role: string, name: string}>}
 */
export async function focused(page) {
  const cdp = await page.context().newCDPSession(page);
  try {
    const { result } = await cdp.send('Runtime.evaluate', { expression: 'document.activeElement' });
    if (!result.objectId) return { role: 'none', name: '' };
    const { nodes } = await cdp.send('Accessibility.getPartialAXTree', { objectId: result.objectId, fetchRelatives: false });
    return { role: nodes[0]?.role?.value ?? 'none', name: (nodes[0]?.name?.value ?? '').trim() };
  } finally {
    await cdp.detach();
  }
}

const fits = (name, wanted) => (wanted instanceof RegExp ? wanted.test(name) : name === wanted);

async function walkTo(page, key, wanted, role, most) {
  const passed = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press(key);
    const now = await focused(page);
    passed.push(`${now.role} ${JSON.stringify(now.name)}`);
    if (fits(now.name, wanted) && (!role || now.role === role)) return ringVisible(page);
  }
  return assert.fail(`${key} on ${page.url()} never came to ${role ?? 'anything'} named ${wanted}; it went by\n    ${[...new Set(passed)].join('\n    ')}`);
}

/**
 * Presses Tab until the element of this accessible name has the focus, and asserts that the focus is seen.
 * @param {string|RegExp} name the whole accessible name, or a part by RegExp
 * @param {{role?: string, back?: boolean, most?: number}} [o] role: "link", "button", "textbox"; back: Shift+Tab
 */
export const tabTo = (page, name, { role, back = false, most = 150 } = {}) => walkTo(page, back ? 'Shift+Tab' : 'Tab', name, role, most);

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

/** Moves with the arrow within a group of radio buttons, a list or tabs until the name has the focus. */
export const arrowTo = (page, name, { role, key = 'ArrowDown', most = 40 } = {}) => walkTo(page, key, name, role, most);

/** Goes to a link or button by Tab and presses Enter. */
export async function enter(page, name, o = {}) {
  await tabTo(page, name, o);
  await page.keyboard.press('Enter');
}

/** Goes to a checkbox, radio button or button by Tab and presses Space. */
export async function space(page, name, o = {}) {
  await tabTo(page, name, o);
  await page.keyboard.press('Space');
}

/** Goes to a field by Tab and types; a field that has a text already is emptied first. */
export async function typeInto(page, name, text, o = {}) {
  await tabTo(page, name, o);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
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
    const { role, name } = await focused(page);
    assert.fail(`the focus is not seen on ${role} ${JSON.stringify(name)} of ${page.url()}: ${problem}`);
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
      for (let i = 0; i < 100 && (await locator.inputValue()) !== value; i++) await page.keyboard.press('ArrowDown');
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
    /** Presses a button, or follows a link, to the page that comes. */
    async press(locator) {
      await tabInto(page, locator);
      const loaded = page.waitForEvent('load');
      await page.keyboard.press('Enter');
      await loaded;
    },
  };
}
