// Who somebody is in the demo: signed in through the provider's own pages, or with a token for preparing data.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { base } from './browser.mjs';

const isLoad = (persona) => persona.startsWith('load-');

/**
 * Signs a persona in as a person would: through the provider's pages, with the code that staff are asked for.
 * The 1000 parents `load-0001`… have no button on those pages; the form they would send is sent for them.
 * @param {import('playwright-core').Page} page @param {string} persona a key of the demo, "parent-1"
 * @param {string} [to] the path of ours to come back to
 */
export async function signIn(page, persona, to = '/') {
  await page.goto(`/auth/login?return=${encodeURIComponent(to)}`);
  if (isLoad(persona)) {
    await page.locator('button[name=persona]').first().evaluate((button, key) => { button.value = key; }, persona);
    await page.locator('button[name=persona]').first().click();
  } else {
    await page.locator(`button[name=persona][value="${persona}"]`).click();
    const code = page.locator('#otp');
    if (!/^(parent)/.test(persona)) {
      await page.locator('#code').fill((await code.innerText()).trim());
      await page.locator('form:has(#code) button[type=submit]').click();
    }
  }
  await page.waitForURL((url) => url.origin === new URL(base).origin && !url.pathname.startsWith('/auth/'));
}

const tokens = new Map();

/** An access token of a persona, asked for once a file. */
export function token(persona) {
  if (!tokens.has(persona)) tokens.set(persona, fetchToken(persona));
  return tokens.get(persona);
}

async function fetchToken(persona) {
  const answer = await fetch(`${base}/dev/token`, { method: 'POST', body: new URLSearchParams({ persona }) });
  assert.equal(answer.status, 200, `POST /dev/token for ${persona}: ${await answer.clone().text()}`);
  return (await answer.json()).access_token;
}

/**
 * One request to the API, to bring about what a test begins with; what the test is about is done in the page.
 * A body that is no string or FormData is sent as JSON; every change carries an Idempotency-Key of its own.
 * @returns {Promise<{status: number, headers: Headers, body: any}>} body: JSON read, else text. An answer of 400 and
 * more throws unless `headers['allow-status']` names it: a test that prepares nothing must not go on.
 */
export async function api(persona, method, path, body, headers = {}) {
  const { 'allow-status': allowed, ...sent } = headers;
  const json = body !== undefined && typeof body !== 'string' && !(body instanceof FormData) && !(body instanceof Uint8Array);
  const answer = await fetch(base + path, {
    method,
    headers: {
      ...(persona ? { Authorization: `Bearer ${await token(persona)}` } : {}),
      ...(method === 'GET' ? {} : { 'Idempotency-Key': randomUUID() }),
      ...(json ? { 'Content-Type': 'application/json' } : {}), ...sent,
    },
    body: json ? JSON.stringify(body) : body,
  });
  const text = await answer.text();
  if (answer.status >= 400 && String(allowed) !== String(answer.status)) throw new Error(`${method} ${path} as ${persona}: ${answer.status} ${text}`);
  const isJSON = /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, headers: answer.headers, body: isJSON && text ? JSON.parse(text) : text };
}

// Each spec file has parents of its own: files run side by side on one demo. e2e_test.go gives each its first number.
let next = Number(process.env.ONESTOP_E2E_PARENTS ?? 1 + Math.floor(Math.random() * 900));

/** A parent whom no other test has touched (in a fresh demo): "load-0041". */
export function freshParent() {
  assert.ok(next <= 1000, 'the demo has 1000 parents for load');
  return `load-${String(next++).padStart(4, '0')}`;
}
