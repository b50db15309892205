// A reviewer's way through a case on trial: read blind, ask the network, find the difference, work its file to the end,
// decide (R3, R7).

import assert from 'node:assert/strict';
import { axe, scene } from './harness.mjs';
import { claimOnTrial, readBriefing } from './review.mjs';

/** Opens the box of a step, as a click on its summary does, and sends its form. */
async function take(page, path, fill = async () => {}) {
  const form = page.locator(`form[action$="${path}"]`).first();
  const box = page.locator('details', { has: page.locator(`form[action$="${path}"]`) }).first();
  if (await box.count() && !(await box.evaluate((d) => d.open))) await box.locator('summary').first().click();
  await fill(form);
  await form.locator('button').last().click();
  assert.equal(await page.locator('#errors').count(), 0, `after ${path}: ${await page.locator('#errors').allInnerTexts()}`);
}

/** Opens a document of a case and waits until it may be read: the scan of its file takes a moment. */
async function openItem(page, address) {
  await page.goto(address);
  for (let i = 0; i < 60 && !(await page.locator('form[action$="/read"]').count()); i += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
}

async function openAndAccept(page, id) {
  await readBriefing(page);
  await page.goto(`/staff/cases/${id}`);
  await take(page, '/claim');
  await take(page, '/steps/accept');
}

/** Waits until the network has answered, by loading the page again as a person would. */
async function answered(page) {
  for (let i = 0; i < 60; i += 1) {
    await page.reload();
    if (await page.locator('#dispute, .tag.good').count()) return;
    await page.waitForTimeout(500);
  }
  throw new Error('the network did not answer in half a minute');
}

const steps = ['operation-checked', 'system-checked', 'provider-asked', 'provider-confirmed', 'similar-checked', 'ministry-told', 'reported', 'closed'];

for (const script of [true, false]) {
  scene('a difference is worked to its end and the case is decided', { at: script ? ['desktop', 'phone'] : 'desktop', as: 'reviewer-minato', script, timeout: 180_000 }, async ({ page }) => {
    const id = await claimOnTrial();
    await openAndAccept(page, id);

    // The document that no office can be asked for is read and settled by itself.
    await openItem(page, `/staff/cases/${id}/items/separate-custody-statement/child-1`);
    await take(page, '/read', (form) => form.locator('[name=eligible][value=yes]').check());

    await openItem(page, `/staff/cases/${id}/items/household-resident-record/child-1`);
    assert.equal(await page.locator('table').count(), 0, 'nothing is compared before the document was read');
    await take(page, '/read', async (form) => {
      await form.locator('[name="facts.family_name_kana"]').fill('ヒナタ');
      await form.locator('[name="facts.address"]').fill('みなと町なみ9番地');
      await form.locator('[name=eligible][value=yes]').check();
    });
    await take(page, '/ask');
    await answered(page);
    assert.match(await page.locator('table').innerText(), /違いあり/);
    await axe(page);

    // Each step is offered when its turn has come (R7), and the others say that it has not.
    for (const step of steps) {
      const choice = page.locator(`#ds-${step}`);
      if (!(await choice.count())) continue;
      await choice.check();
      await page.locator('#note').fill('確認しました。');
      if (step === 'similar-checked') await page.locator('#count').fill('0');
      await page.locator('form[action$="/discrepancy"] button').click();
      assert.equal(await page.locator('#errors').count(), 0, `after ${step}: ${await page.locator('#errors').allInnerTexts()}`);
    }
    assert.match(await page.locator('#dispute + p').innerText(), /終了/, 'the file is closed');

    await page.goto(`/staff/cases/${id}`);
    await take(page, '/steps/approve', (form) => form.locator('[name=reason]').fill('要件を満たしています。'));
    assert.match(await page.locator('h1 + p').innerText(), /決定/);
    await axe(page);
  });
}

scene('a decision is refused while something is open, and nothing typed is lost', { as: 'reviewer-minato' }, async ({ page, expect }) => {
  expect(/4\d\d/);
  const id = await claimOnTrial();
  await openAndAccept(page, id);
  await page.locator('details', { has: page.locator('form[action$="/steps/request-correction"]') }).locator('summary').first().click();
  const form = page.locator('form[action$="/steps/request-correction"]');
  await form.locator('[name=text]').fill('電話番号を確かめてください。');
  await form.locator('button').click();
  await page.locator('#errors').waitFor();
  assert.equal(await page.locator('form[action$="/steps/request-correction"] [name=text]').inputValue(), '電話番号を確かめてください。');
  await axe(page);
});

scene('the case of another municipality does not exist', { as: 'reviewer-hinata-1' }, async ({ page, expect }) => {
  expect(/404/);
  const id = await claimOnTrial();
  await page.goto(`/staff/cases/${id}`);
  assert.match(page.url(), /\/staff\/briefing$/, 'no case is shown before the briefing was read');
  await readBriefing(page);
  const answer = await page.goto(`/staff/cases/${id}`);
  assert.equal(answer.status(), 404);
});
