// A clerk takes a paper application in at the counter (R16), works what other bodies ask, and has files made.

import assert from 'node:assert/strict';
import { axe, noSidewaysScroll, scene } from './harness.mjs';
import { answer, example, next } from './claimant.mjs';
import { readBriefing } from './review.mjs';

/** Begins a draft of the counter: who the person is, by which proof, when the paper came. @returns its address */
async function begin(page, content) {
  await readBriefing(page);
  await page.goto('/staff/counter');
  await page.locator('#procedure').selectOption(content.procedure);
  await page.locator('form[action="/staff/counter/new"] button').click();
  await answer(page, content);
  await page.locator('[name=kind]').selectOption('passport');
  await next(page).click();
  await page.waitForURL(/\/questions$/);
  return page.url().replace(/\/questions$/, '');
}

for (const script of [true, false]) {
  scene('a paper application is typed in and filed', { at: script ? ['desktop', 'phone'] : 'desktop', as: 'reviewer-hinata-2', script, timeout: 120_000 }, async ({ page, view }) => {
    const content = await example('child-allowance-claim', '998010');
    const draft = await begin(page, content);
    for (const step of ['questions', 'form']) {
      assert.equal(page.url(), `${draft}/${step}`);
      await answer(page, content);
      if (view === 'phone') await noSidewaysScroll(page);
      await axe(page);
      await next(page).click();
    }
    if (page.url() === `${draft}/consents`) await next(page).click();
    assert.equal(page.url(), `${draft}/scans`);
    await axe(page);
    await page.locator('.actions a.button').click();
    for (const shown of await page.locator('input[value=shown]').all()) await shown.check();
    await axe(page);
    await page.locator('.actions button').click();
    assert.equal(page.url(), `${draft}/receipt`, await page.locator('main').innerText());
    const number = await page.locator('.number').innerText();
    await page.locator(`a[href="${new URL(draft).pathname.replace('counter', 'cases')}"]`).click();
    assert.match(await page.locator('h1 + p').innerText(), new RegExp(number));
    await page.goto(`/staff/queue?q=${number}`);
    assert.match(await page.locator('main').innerText(), /窓口受付/, 'the queue says that it came at the counter');
  });
}

scene('what the paper lacks is named, and nothing typed is lost', { as: 'reviewer-hinata-2', timeout: 120_000 }, async ({ page, expect }) => {
  expect(/4\d\d/);
  const content = await example('child-allowance-claim', '998010');
  await readBriefing(page);
  await page.goto('/staff/counter/new?procedure=child-allowance-claim');
  await page.locator('[name="form.applicant.family_name"]').fill('紙野');
  await page.locator('[name=received_at-time]').fill('25:99');
  await next(page).click();
  await page.locator('#errors').waitFor();
  assert.equal(await page.locator('[name="form.applicant.family_name"]').inputValue(), '紙野');
  await axe(page);

  const draft = await begin(page, content);
  await answer(page, content);
  await next(page).click();
  await page.goto(`${draft}/papers`);
  await page.locator('.actions button').click();
  await page.locator('#errors').waitFor();
  await axe(page);
  await page.locator('#errors a').first().click();
  assert.match(page.url(), /form#|questions#|papers#/, 'the summary leads to where it is entered');

  await page.goto(`${draft}/papers`);
  await page.locator('summary', { hasText: 'やめて消す' }).click();
  await page.locator('form[action$="/discard"] button').click();
  assert.equal(new URL(page.url()).pathname, '/staff/counter');
});

scene('what another body asks to confirm is worked to its end', { at: ['desktop', 'phone'], as: 'reviewer-hinata-2' }, async ({ page, expect }) => {
  expect(/4\d\d/);
  await readBriefing(page);
  await page.goto('/staff/provider-requests');
  await page.locator('form[action="/staff/provider-requests"] button').click();
  await page.locator('#errors').waitFor();
  await axe(page);
  await page.locator('#inquirer').fill('もり村');
  await page.locator('#item').selectOption({ index: 1 });
  await page.locator('#resident').fill('H0001234');
  await page.locator('#question').fill('転入の日が合いません。');
  await page.locator('form[action="/staff/provider-requests"] button').click();
  await page.waitForURL(/provider-requests\/[0-9a-f-]{36}$/);
  for (const [step, count] of [['checked'], ['corrected'], ['similar-checked', '2'], ['answered'], ['closed']]) {
    await page.locator(`#ps-${step}`).check();
    await page.locator('#note').fill('確かめました。');
    if (count) await page.locator('#count').fill(count);
    await page.locator('main form button').click();
    assert.equal(await page.locator('#errors').count(), 0, `after ${step}: ${await page.locator('#errors').allInnerTexts()}`);
    await axe(page);
  }
  assert.match(await page.locator('h1 + p').innerText(), /終了/);
});

scene('a file for the core system is made and fetched', { as: 'reviewer-hinata-2', script: false }, async ({ page }) => {
  await readBriefing(page);
  await page.goto('/staff/exports');
  await page.locator('main form button').click();
  for (const end = Date.now() + 30_000; Date.now() < end && (await page.locator('[role=status]').count());) await page.reload();
  await axe(page);
  const download = page.waitForEvent('download');
  await page.locator('a[download]').first().click();
  assert.match((await download).suggestedFilename(), /core-system/);
});
