// A claimant: answers the questions of a page with those of a complete case, as a person would who has everything at hand.

import assert from 'node:assert/strict';
import { api } from './harness.mjs';

/** A complete and valid case of a procedure, as the API gives it: {procedure, municipality, facts, form}. */
export async function example(procedure, municipality) {
  const { body } = await api(null, 'GET', `/api/v1/procedures/${procedure}?municipality=${municipality}`);
  return { procedure, municipality, facts: body.example.facts, form: body.example.form };
}

/** How answers are entered where nobody counts. typist() of typist.mjs has the same functions. */
export const quickly = {
  type: (locator, text) => locator.fill(text),
  select: (locator, option) => locator.selectOption(option),
  check: (locator) => locator.check(),
  press: (locator) => locator.click(),
};

// The value at a field's name: "facts.children.0.birth_date".
const at = (content, name) => name.split('.').reduce((value, key) => value?.[key], content);

// Municipalities outside the demo, which are typed by their names.
const named = { 131016: '東京都千代田区', '011002': '北海道札幌市' };

const escaped = (name) => name.replace(/(["\\])/g, '\\$1');

// The questions that the page asks now, each with how it is answered. What is folded away by a condition is not asked.
function questions(form) {
  const seen = new Map();
  for (const e of form.elements) {
    if (!e.name || e.type === 'hidden' || e.closest('[hidden]')) continue;
    const part = /^(.*)-(y|m|d|name)$/.exec(e.name);
    const name = part && [...form.elements].some((other) => other.name === part[1] || other.name === `${part[1]}-y`) ? part[1] : e.name;
    if (seen.has(name)) continue;
    const how = part && name !== e.name && part[2] !== 'name' ? 'date' : e.tagName === 'SELECT' ? 'select' : e.type === 'radio' || e.type === 'checkbox' ? e.type : 'text';
    seen.set(name, { name, how, required: Boolean(e.closest('.field')?.querySelector('.need.must')) });
  }
  return [...seen.values()];
}

/** The form that the page is about. */
export const mainForm = (page) => page.locator('main form:has(input[name=version]), main form:has(input[name=once])').first();

/** The button that goes on: it saves what was entered. */
export const next = (page) => page.locator('main .actions button:not(.second):not([formaction])').first();

/**
 * Answers every question of the page that the case has an answer to.
 * @param {object} content {facts, form}
 * @param {{how?: typeof quickly, only?: (name: string, required: boolean) => boolean}} [o] only: leave the others out
 */
export async function answer(page, content, { how = quickly, only = () => true } = {}) {
  const form = mainForm(page);
  const done = new Set();
  await form.locator('details.more').evaluateAll((all) => { for (const one of all) one.open = true; }); // what nobody has to answer
  // An answer may bring up another question: the page is asked again after each.
  for (;;) {
    const asked = (await form.evaluate(questions)).find(({ name }) => !done.has(name));
    if (!asked) return;
    const { name, how: kind, required } = asked;
    done.add(name);
    const value = at(content, name);
    if (value === false && kind === 'checkbox') continue; // one of several that are asked as one
    if (value === undefined || value === null || !only(name, required)) continue;
    const field = (suffix = '') => form.locator(`[name="${escaped(name)}${suffix}"]`);
    const choice = (one) => form.locator(`[name="${escaped(name)}"][value="${escaped(String(one))}"]`);
    if (kind === 'date' && !(await field('-m').count())) await how.type(field('-y'), value); // all of it in one box
    else if (kind === 'date') {
      const [y, m, d] = value.split('-').map((part) => String(Number(part))); // of a month without a day
      await how.type(field('-y'), y);
      await how.type(field('-m'), m);
      if (d) await how.type(field('-d'), d);
    } else if (kind === 'select') {
      const offered = await field().locator(`option[value="${escaped(String(value))}"]`).count();
      await how.select(field(), offered ? String(value) : 'other');
      if (!offered) await how.type(field('-name'), named[value]);
    }
    else if (kind === 'radio') await how.check(choice(value));
    else if (kind === 'checkbox') for (const one of [value].flat()) await how.check(choice(one));
    else await how.type(field(), Array.isArray(value) ? value.join('\n') : String(value));
  }
}

const isForm = (url) => /^\/applications\/[^/]+\/form\//.test(new URL(url).pathname);

/**
 * Goes from the questions on which an application begins to the step after the form, answering everything.
 * @param {import('playwright-core').Page} page at /apply/…
 * @returns {Promise<string>} the application's path, /applications/ID
 */
export async function fillIn(page, content, o = {}) {
  await answer(page, content, o);
  await (o.how ?? quickly).press(next(page));
  await page.waitForURL(/\/applications\//);
  for (let step = 0; isForm(page.url()); step++) {
    assert.ok(step < 15, `the form does not end: ${page.url()}`);
    const before = page.url();
    await answer(page, content, o);
    await (o.how ?? quickly).press(next(page));
    await page.waitForURL((url) => url.href !== before);
  }
  return /^\/applications\/[^/]+/.exec(new URL(page.url()).pathname)[0];
}

/** Begins an application of this case as somebody who is signed in, and answers everything. */
export async function begin(page, content, o = {}) {
  await page.goto(`/apply/${content.procedure}?municipality=${content.municipality}`);
  return fillIn(page, content, o);
}

/** A draft with all answers, made through the API: its path. */
export async function drafted(persona, content) {
  const { body } = await api(persona, 'POST', '/api/v1/applications', content);
  return `/applications/${body.id}`;
}

/** A JPEG of a size in bytes: a picture of one pixel with comments before it, different for each seed. */
export function photo(size, seed = 1) {
  const end = Buffer.from(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/'
    + 'yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=', 'base64');
  const parts = [end.subarray(0, 2)];
  let left = size - end.length;
  let state = seed;
  while (left > 0) {
    const length = left > 65_533 + 2 + 8 ? 65_533 : left - 2;
    if (length < 2) break;
    const comment = Buffer.alloc(2 + length);
    comment.writeUInt16BE(0xfffe);
    comment.writeUInt16BE(length, 2);
    for (let i = 4; i < comment.length; i++) {
      state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
      comment[i] = (state >> 16) & 0x7f;
    }
    parts.push(comment);
    left -= comment.length;
  }
  return Buffer.concat([...parts, end.subarray(2)]);
}
