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

/** Presses Tab until the first element of a locator has the focus, where its name is of no interest, and asserts that it is seen. */
export async function tabInto(page, locator, { most = 150 } = {}) {
  const wanted = locator.first();
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (await wanted.evaluate((e) => e === document.activeElement)) return ringVisible(page);
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
