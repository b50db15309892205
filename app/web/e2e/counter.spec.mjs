// A clerk takes a paper application in at the counter (R16), works what other bodies ask, and has files made.

import assert from 'node:assert/strict';
import { axe, byKeyboard, noSidewaysScroll, scene, tabInto } from './harness.mjs';
import { answer, example, next } from './claimant.mjs';
import { claimOnTrial, counterDraft, readBriefing } from './review.mjs';

/** Begins a draft of the counter: who the person is, by which proof, when the paper came. @returns its address */
async function begin(page, content) {
  await readBriefing(page);
  await page.goto('/staff/counter');
  await page.locator('#procedure').selectOption(content.procedure);
  await page.locator('form[action="/staff/counter/new"] button').click();
  await answer(page, content);
  await page.locator('[name=kind]').selectOption('passport');
  await next(page).click();
  await page.waitForURL(/\/form$/);
  return page.url().replace(/\/form$/, '');
}

for (const script of [true, false]) {
  scene('a paper application is typed in and filed', { at: script ? ['desktop', 'phone'] : 'desktop', as: 'reviewer-hinata-2', script, timeout: 120_000 }, async ({ page, view }) => {
    const content = await example('child-allowance-claim', '998010');
    const draft = await begin(page, content);
    await answer(page, content);
    if (view === 'phone') await noSidewaysScroll(page);
    await axe(page);
    await next(page).click();
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

scene('a paper form is typed with the keyboard alone', { as: 'reviewer-hinata-2', timeout: 120_000 }, async ({ page }) => {
  const content = await example('child-allowance-claim', '998010');
  let keys = 0; // that act: what is typed from the paper is not one
  const press = page.keyboard.press.bind(page.keyboard);
  page.keyboard.press = (key, o) => {
    keys += key === 'ControlOrMeta+a' ? 0 : 1;
    return press(key, o);
  };
  await readBriefing(page);
  await page.goto('/staff/counter/new?procedure=child-allowance-claim');
  const hands = byKeyboard(page);
  const onward = async () => {
    const loaded = page.waitForEvent('load');
    await page.keyboard.press('Enter');
    await loaded;
    assert.equal(await page.locator('#errors').count(), 0, String(await page.locator('#errors').allInnerTexts()));
  };
  await page.evaluate(() => document.querySelector('main').focus());
  await answer(page, content, { how: hands });
  await hands.select(page.locator('[name=kind]'), 'passport');
  await tabInto(page, page.locator('[name=received_at-time]')); // now, as it stands there
  await onward();
  await page.waitForURL(/\/form$/);
  await answer(page, content, { how: hands, only: (name, required) => required });
  await onward();
  assert.match(page.url(), /\/(consents|scans)$/);
  console.log(`a paper form: ${keys} keys`);
  assert.ok(keys <= 75, `${keys} keys`);
});

scene('a short year is asked back, and an open case of the same person is shown while typing', { at: ['desktop', 'phone'], as: 'reviewer-minato', timeout: 120_000 }, async ({ page, expect }) => {
  expect(/422/);
  await claimOnTrial();
  await readBriefing(page);
  await page.goto('/staff/counter/new?procedure=child-allowance-claim');
  const field = (name) => page.locator(`[name="form.applicant.${name}"]`);
  for (const [name, text] of Object.entries({ family_name: '日向', given_name: '花子', family_kana: 'ヒナタ', given_kana: 'ハナコ', 'birth_date-y': 'H4.4.10' })) {
    await field(name).fill(text);
  }
  await field('birth_date-y').press('Tab');
  await page.locator('#alike .warn').waitFor();
  await axe(page);
  await page.locator('[name=received_at-y]').fill('8/5/1');
  await page.locator('[name=kind]').selectOption('passport');
  await next(page).click();
  assert.match(await page.locator('#errors').innerText(), /R6\.5\.1/);
  assert.equal(await page.locator('[name=received_at-y]').inputValue(), '8/5/1', 'what was typed stays');
});

scene('scanned files are dropped at once, assigned, and deleted with an undo', { as: 'reviewer-minato', timeout: 120_000 }, async ({ page }) => {
  await readBriefing(page);
  const draft = await counterDraft();
  await page.goto(`${draft}/scans`);
  const pdf = (name) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF') });
  await page.locator('#scans-all').setInputFiles([pdf('scan.pdf'), pdf('scan.pdf')]);
  assert.equal(await page.locator('.scan-row').count(), 2, 'a row a file');
  const chosen = await page.locator('.scan-row select').evaluateAll((all) => all.map((one) => one.value));
  assert.notEqual(chosen[0], chosen[1], 'the next document is proposed for the next file');
  await axe(page);
  await page.locator('#scans .actions button').click();
  assert.equal(await page.locator('ul.files li').count(), 2);
  await page.locator('ul.files summary').first().click();
  await page.locator('form[action$="/delete"] button').first().click();
  assert.equal(await page.locator('ul.files li').count(), 1);
  await page.locator('form[action$="/put-back"] button').click();
  assert.equal(await page.locator('ul.files li').count(), 2, 'it is back');
});

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
  await page.locator('[name="form.applicant.family_name"]').fill('');
  await next(page).click();
  await page.goto(`${draft}/papers`);
  await page.locator('.actions button').click();
  await page.locator('#errors').waitFor();
  await axe(page);
  await page.locator('#errors a').first().click();
  assert.match(page.url(), /form#|papers#/, 'the summary leads to where it is entered');

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
