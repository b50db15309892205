// Signing with the card where a municipality asks for it (P3), and the devices on which that is open (R11).

import assert from 'node:assert/strict';
import { drafted, example, next } from './claimant.mjs';
import { api, axe, base, scene, signIn, token } from './harness.mjs';

const mori = '998036'; // asks for signatures
const procedure = 'child-allowance-claim';
const cards = () => { const url = new URL(base); url.port = String(Number(url.port) + 4); return url.origin; }; // the demo's simulator
const pin = 'ABC123';

/** A card of its own for the applicant of the example: a wrong PIN locks nobody else's. */
async function card(name, holder = {}) {
  const answer = await fetch(`${cards()}/cards`, { method: 'POST', body: JSON.stringify({ card: name, name: '日向 花子', birth_date: '1992-04-10', ...holder }) });
  assert.equal(answer.status, 201);
}

async function readyToSign(page, parent) {
  await signIn(page, parent);
  const path = await drafted(parent, await example(procedure, mori));
  await page.goto(`${path}/check`);
  await next(page).click();
  await page.waitForURL('**/sign');
  return path;
}

scene('a claim is signed with the card and filed', {}, async ({ page, freshParent, expect }) => {
  expect(/answered (403|423)|status of (403|423)/); // the reader's answers to a wrong PIN
  const parent = freshParent();
  await card(parent);
  await readyToSign(page, parent);
  await page.locator('#card').selectOption(parent);
  await axe(page);
  await page.locator('[data-go]').click();
  await page.locator('#pin-error:not([hidden])').waitFor(); // no PIN
  await page.locator('#pin').fill('WRONG1');
  await page.locator('#pin').press('Enter');
  await page.locator('#pin-error').filter({ hasText: '4' }).waitFor();
  await axe(page);
  await page.locator('#pin').fill(pin);
  await page.locator('#pin').press('Enter');
  await page.waitForURL('**/receipt');
  const { body } = await api(parent, 'GET', '/api/v1/applications');
  assert.equal(body.items.filter((a) => a.receipt_number).length, 1);
});

scene('a locked card says where it is unlocked, and the draft stays', {}, async ({ page, freshParent, expect }) => {
  expect(/answered (403|423)|status of (403|423)/);
  const parent = freshParent();
  await card(parent);
  const path = await readyToSign(page, parent);
  await page.locator('#card').selectOption(parent);
  for (let left = 4; left >= 0; left--) {
    await page.locator('#pin').fill('WRONG1');
    await page.locator('[data-go]').click();
    await page.locator('#pin-error').filter({ hasText: left > 0 ? String(left) : /窓口/ }).waitFor();
  }
  assert.equal((await api(parent, 'GET', `/api/v1${path}`)).body.state, 'draft');
});

scene("another person's card is refused, and says so", {}, async ({ page, freshParent }) => {
  const parent = freshParent();
  await card(parent, { name: '空野 大地', birth_date: '1990-11-02' });
  await readyToSign(page, parent);
  await page.locator('#card').selectOption(parent);
  await page.locator('#pin').fill(pin);
  await page.locator('[data-go]').click();
  await page.locator('#errors').waitFor();
  await axe(page);
});

scene('a signature file is taken without JavaScript', { script: false }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await card(parent);
  const path = await readyToSign(page, parent);
  await page.locator('details[data-file] summary').click();
  await page.locator('details[data-file] button').click();
  await page.locator('#errors').waitFor(); // no file
  await axe(page);
  const manifest = await fetch(`${base}/api/v1${path}/manifest`, { headers: { Authorization: `Bearer ${await token(parent)}` } });
  const content = Buffer.from(await manifest.arrayBuffer()).toString('base64');
  const answer = await fetch(`${cards()}/cards/${parent}/sign`, { method: 'POST', body: JSON.stringify({ pin, content }) });
  const { signature } = await answer.json();
  await page.locator('details[data-file] summary').click();
  await page.locator('#signature_file').setInputFiles({ name: 'manifest.p7s', mimeType: 'application/pkcs7-signature', buffer: Buffer.from(signature, 'base64') });
  await page.locator('details[data-file] button').click();
  await page.waitForURL('**/receipt');
});

for (const [agent, open] of [['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', false], ['Mozilla/5.0 (Linux; Android 15; Pixel 9)', false], ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', true]]) {
  scene(`signing on ${/\((\w+)/.exec(agent)[1]} is ${open ? 'open' : 'closed, said before one begins, and handed over'}`, { at: open ? 'desktop' : 'phone' }, async ({ page, context, freshParent }) => {
    const parent = freshParent();
    await context.setExtraHTTPHeaders({ 'User-Agent': agent, 'Sec-CH-UA-Platform': /iPhone/.test(agent) ? '"iOS"' : /Android/.test(agent) ? '"Android"' : '"Windows"', 'Sec-CH-UA-Mobile': open ? '?0' : '?1' });
    await signIn(page, parent);
    await page.goto(`/apply/${procedure}?municipality=${mori}`);
    assert.equal(await page.locator('main .warn').count(), open ? 0 : 1, 'said before one begins');
    const path = await drafted(parent, await example(procedure, mori));
    await page.goto(`${path}/sign`);
    assert.equal(await page.locator('[data-sign]').count(), open ? 1 : 0);
    assert.equal(await page.locator('main img[src$="/qr.svg"]').count(), open ? 0 : 1);
    await axe(page);
    if (open) return;
    assert.ok(await page.locator('main img').evaluate((img) => img.complete && img.naturalWidth > 0), 'the code is drawn');
  });

  // The page offers no form: what is sent all the same, by another program or from a page that was open before, is refused too.
  if (!open) scene(`a signature from ${/\((\w+)/.exec(agent)[1]} is not taken`, { at: 'phone', script: false }, async ({ page, context, freshParent, expect }) => {
    expect(/409/);
    const parent = freshParent();
    await card(parent);
    const path = await readyToSign(page, parent); // on a computer
    const manifest = await fetch(`${base}/api/v1${path}/manifest`, { headers: { Authorization: `Bearer ${await token(parent)}` } });
    const content = Buffer.from(await manifest.arrayBuffer()).toString('base64');
    const { signature } = await (await fetch(`${cards()}/cards/${parent}/sign`, { method: 'POST', body: JSON.stringify({ pin, content }) })).json();
    await context.setExtraHTTPHeaders({ 'User-Agent': agent, 'Sec-CH-UA-Platform': /iPhone/.test(agent) ? '"iOS"' : '"Android"', 'Sec-CH-UA-Mobile': '?1' });
    await page.locator('details[data-file] summary').click();
    await page.locator('#signature_file').setInputFiles({ name: 'manifest.p7s', mimeType: 'application/pkcs7-signature', buffer: Buffer.from(signature, 'base64') });
    await page.locator('details[data-file] button').click();
    assert.match(await page.locator('#errors').innerText(), /提出はされていません/);
    await page.locator('main img[src$="/qr.svg"]').waitFor();
    await axe(page);
    assert.equal((await api(parent, 'GET', `/api/v1${path}`)).body.state, 'draft');
    await context.setExtraHTTPHeaders({ 'Sec-CH-UA-Platform': '"Windows"', 'Sec-CH-UA-Mobile': '?0' });
    await page.goto(`${path}/sign`); // and goes on with a computer
    await page.locator('details[data-file] summary').click();
    await page.locator('#signature_file').setInputFiles({ name: 'manifest.p7s', mimeType: 'application/pkcs7-signature', buffer: Buffer.from(signature, 'base64') });
    await page.locator('details[data-file] button').click();
    await page.waitForURL('**/receipt');
  });
}

scene('a message is not taken as read where messages are closed', { at: 'phone', script: false }, async ({ page, context, freshParent, expect }) => {
  expect(/409/);
  const parent = freshParent();
  const path = await drafted(parent, await example(procedure, '998010'));
  await api(parent, 'POST', `/api/v1${path}/file`, {});
  await signIn(page, parent);
  await page.goto('/messages');
  const read = page.locator('main form[action^="/messages/"] button').first(); // of a page that was open on a computer
  await read.waitFor();
  await context.setExtraHTTPHeaders({ 'User-Agent': 'Mozilla/5.0 (Linux; Android 15; Pixel 9)', 'Sec-CH-UA-Platform': '"Android"', 'Sec-CH-UA-Mobile': '?1' });
  await read.click();
  assert.match(await page.locator('main').innerText(), /パソコン/, 'where they can be read');
  await axe(page);
  assert.equal((await api(parent, 'GET', '/api/v1/messages')).body.items[0].read_at ?? null, null);
});
