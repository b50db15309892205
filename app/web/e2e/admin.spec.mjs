// The main paths of an admin and of the auditor: a switch from the circular to what parents read, and the trail of it.

import assert from 'node:assert/strict';
import { axe, base, byKeyboard, scene, shot, signIn } from './harness.mjs';
import { fillProposal, register } from './admin.pages.mjs';
import { readBriefing } from './review.mjs';

const both = ['desktop', 'phone'];
const unique = () => `府番第${Date.now() % 1_000_000_000}号`;
const heading = (page) => page.locator('h1').innerText();

/** Fills in a change of one pair of みなと町, from a moment that is over: it takes effect one second after the approval. */
async function fillSwitch(page, number, phase) {
  await page.goto('/admin/phase-changes/new?procedure=pregnancy-notification&item=*&municipality=998028');
  await page.locator(`input[name=phase-0][value=${phase}]`).check();
  const now = new Date(Date.now() + 9 * 3600_000);
  await page.fill('#rows-0-from-y', String(now.getUTCFullYear()));
  await page.fill('#rows-0-from-m', String(now.getUTCMonth() + 1));
  await page.fill('#rows-0-from-d', String(now.getUTCDate()));
  await page.fill('#reason', '試行運用の結果が一致したため');
  await page.selectOption('#circular', number);
}

async function look(page) {
  await page.locator('button[value=preview]').click();
  assert.equal(await heading(page), '影響を確かめてください');
}

scene('a circular is registered, a change proposed, seen with its impact, approved by another, and published', { at: both, as: 'admin-national-1' }, async ({ page, window }) => {
  const number = await register(page, unique());
  await fillSwitch(page, number, 'trial');
  await look(page);
  await axe(page);
  await shot(page, 'admin-proposal-check');
  await page.locator('button[value=edit]').click();
  assert.equal(await page.inputValue('#reason'), '試行運用の結果が一致したため', 'what was entered is still there');
  await look(page);
  await page.locator('button[value=propose]').click();
  await page.waitForURL('**/admin/phase-changes/*-*');
  assert.match(await page.locator('main').innerText(), /あなたが提案したため、あなたは承認できません/);
  assert.equal(await page.locator('form[action$="/approve"]').count(), 0, 'the proposer has no button to approve');

  const second = await window({ as: 'admin-national-2' });
  await second.page.goto(page.url());
  await second.page.locator('form[action$="/approve"] button').click();
  await second.page.waitForURL(page.url());
  assert.match(await second.page.locator('main').innerText(), /承認済み/);

  const parent = await window();
  await parent.page.goto('/phase-history');
  const step = parent.page.locator('ol.timeline > li', { hasText: number });
  assert.match(await step.innerText(), /みなと町[^]*試行運用/);
  const pdf = await parent.page.request.get(await step.locator('a', { hasText: number }).getAttribute('href'));
  assert.equal(pdf.headers()['content-type'], 'application/pdf');
});

scene('the guidance says what is needed from the instant of a switch on, on the page, as JSON and inside another site', { as: 'admin-national-1' }, async ({ page, window }) => {
  const number = await register(page, unique());
  const second = await window({ as: 'admin-national-2' });
  const parent = await window();
  const needs = async () => {
    const answer = await parent.page.request.get('/guide/998028/childcare-enrolment.json');
    return (await answer.json()).documents.filter((document) => document.needed && document.item).length;
  };
  for (const [phase, met] of [['full', (n) => n === 0], ['trial', (n) => n > 0]]) {
    await fillSwitch(page, number, phase);
    await page.selectOption('#rows-0-procedure', 'childcare-enrolment');
    await look(page);
    await page.locator('button[value=propose]').click();
    await page.waitForURL('**/admin/phase-changes/*-*');
    await second.page.goto(page.url());
    await second.page.locator('form[action$="/approve"] button').click();
    await second.page.waitForURL(page.url());
    await until(async () => met(await needs()), `the guidance of ${phase}`);
  }
  const embedded = await parent.page.goto('/embed/998028/childcare-enrolment');
  assert.match(embedded.headers()['content-security-policy'], /frame-ancestors \*/);
  assert.equal(embedded.headers()['set-cookie'], undefined, 'the part for other sites sets no cookie');
});

/** Asks again until it is so: a switch takes effect a second after its approval. */
async function until(so, what) {
  for (const end = Date.now() + 15_000; Date.now() < end;) if (await so()) return;
  assert.fail(`${what} did not come`);
}

scene('a change is proposed, approved by another, and found in the trail by the keyboard alone', { as: 'admin-national-1', timeout: 120_000 }, async ({ page, window }) => {
  const number = await register(page, unique());
  const keys = byKeyboard(page);
  await page.goto('/admin/phases');
  await keys.press(page.locator('form[data-board] button'));
  await fillProposal(page, keys);
  await keys.select(page.locator('#circular'), number);
  await keys.press(page.locator('button[value=preview]'));
  assert.equal(await heading(page), '影響を確かめてください');
  await keys.press(page.locator('button[value=propose]'));
  const second = await window({ as: 'admin-national-2' });
  await second.page.goto(page.url());
  await byKeyboard(second.page).press(second.page.locator('form[action$="/approve"] button'));
  assert.match(await second.page.locator('main').innerText(), /承認済み/);

  const auditor = await window({ as: 'auditor' });
  const eyes = byKeyboard(auditor.page);
  await auditor.page.goto('/audit');
  await eyes.select(auditor.page.locator('#role'), 'national');
  await eyes.select(auditor.page.locator('#action'), 'approved');
  await eyes.press(auditor.page.locator('main form summary'));
  await eyes.type(auditor.page.locator('#object'), page.url().split('/').pop());
  await eyes.press(auditor.page.locator('main form button').first());
  await eyes.press(auditor.page.locator('tbody tr').first().locator('a', { hasText: '記録の詳細' }));
  assert.match(await auditor.page.locator('main').innerText(), /運用の切替えを承認した/);
  assert.match(await auditor.page.locator('main').textContent(), new RegExp(page.url().split('/').pop()));
});

scene('two cells of the board are switched in five clicks, and approved by another in four', { as: 'admin-national-1' }, async ({ page, window }) => {
  const number = await register(page, unique());
  const counted = (on) => {
    const clicks = async (selector) => {
      await on.locator(selector).click();
      clicks.n += 1;
    };
    return Object.assign(clicks, { n: 0 });
  };
  await page.goto('/admin/phases?municipality=998028');
  const first = counted(page);
  await first('[value="facility-use-certification/local-tax"]');
  await first('[value="facility-use-certification/disability"]');
  assert.match(await page.locator('[data-count]').innerText(), /^2か所/);
  assert.equal(await page.locator('[data-row="facility-use-certification"]').evaluate((all) => all.indeterminate), true, 'the row is ticked in part');
  await first('form[data-board] button');
  assert.equal(await page.locator('input[name=phase-0]:checked').inputValue(), 'full', 'what comes after a trial');
  await page.fill('#reason', '試行運用の結果が一致したため');
  await page.selectOption('#circular', number);
  await first('button[value=preview]');
  assert.match(await page.locator('main .warn').innerText(), /基準に達していないものが2件/);
  await axe(page);
  await first('button[value=propose]');
  await page.waitForURL('**/admin/phase-changes/*-*');
  assert.ok(first.n <= 5, `${first.n} clicks`);

  const second = await window({ as: 'admin-national-2' });
  const then = counted(second.page);
  await second.page.goto('/admin/phases');
  await then('.menu a[href="/admin/phase-changes?state=waiting"]');
  const mine = second.page.locator('article', { hasText: number });
  assert.match(await mine.innerText(), /影響[^]*基準に達していないものが2件/);
  await then(`article:has-text("${number}") h2 a`);
  await then('form[action$="/approve"] button');
  await second.page.waitForURL(page.url());
  assert.match(await second.page.locator('main').innerText(), /承認済み/);
  await page.goto('/admin/phases/facility-use-certification/local-tax?municipality=998028');
  assert.match(await page.locator('ol.timeline > li', { hasText: number }).innerText(), /本格運用[^]*予定[^]*あなたが提案/);
  await axe(page);
  const cancelled = await window({ as: 'admin-national-2' }); // other tests look at this municipality
  await cancelled.page.goto(page.url().replace(/phases.*/, 'phase-changes?state=approved'));
  await cancelled.page.locator('article', { hasText: number }).locator('h2 a').click();
  await cancelled.page.locator('form[action$="/cancel"] button').click();
});

scene('a refused proposal leads to each field with the focus', { at: both, as: 'admin-hinata-1' }, async ({ page }) => {
  await page.goto('/admin/phase-changes/new');
  await page.locator('button[value=preview]').click();
  await page.waitForSelector('#errors');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'errors');
  await page.locator('#errors a[href="#reason"]').click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'reason');
});

scene('an admin stops a scope at once, and only another can confirm it', { as: 'admin-hinata-1' }, async ({ page, window }) => {
  await page.goto('/admin/suspensions/new');
  await page.selectOption('#procedure', 'childcare-annual');
  await page.selectOption('#item', 'local-tax');
  await page.fill('#reason', '回答に誤りがあったため');
  await page.locator('button[value=preview]').click();
  await page.waitForSelector('button[value=suspend]');
  assert.match(await page.locator('main .warn').innerText(), /ひなた市[^]*市区町村：1/);
  await page.locator('button[value=suspend]').click();
  await page.waitForURL('**/admin/phase-changes/*-*');
  assert.match(await page.locator('main').innerText(), /あなたが停止したため/);
  const second = await window({ as: 'admin-hinata-2' });
  await second.page.goto(page.url());
  await second.page.locator('form[action$="/confirm"] button').click();
  await second.page.waitForURL(page.url());
  await second.page.fill('#reason', '回答が直ったため');
  await second.page.locator('form[action$="/lift"] button').click();
  await second.page.waitForURL((url) => url.href !== page.url() && url.pathname.startsWith('/admin/phase-changes/'));
  await page.goto(second.page.url());
  await page.locator('form[action$="/approve"] button').click();
  await page.waitForURL(second.page.url());
  assert.match(await page.locator('main').innerText(), /承認済み/);
});

scene('a message goes to a group of parents after a look at it', { at: both, as: 'admin-hinata-1' }, async ({ page }) => {
  await page.goto('/admin/broadcasts/new');
  await page.selectOption('#procedure', 'child-allowance-claim');
  await page.fill('#child_age_from', '３');
  for (const lang of ['ja', 'plain', 'en']) {
    await page.fill(`#title-${lang}`, 'お知らせ');
    await page.fill(`#text-${lang}`, '本文');
  }
  await page.locator('button[value=preview]').click();
  await page.waitForSelector('button[value=send]');
  await page.locator('button[value=send]').dblclick();
  await page.waitForURL('**/admin/broadcasts/*-*');
  assert.equal(await heading(page), 'お知らせ');
});

scene('settings are changed, seen before they are saved, and read by parents at once', { as: 'admin-hinata-1' }, async ({ page, window }) => {
  const text = `窓口でも受け付けます（${Date.now()}）。`;
  await page.goto('/admin/settings/998010/procedures/pregnancy-notification');
  await page.fill('#guidance_ja', text);
  await page.locator('button[value=preview]').click();
  assert.ok((await page.locator('#preview').innerText()).includes(text));
  const seen = async () => {
    const parent = await window(); // a new one each time: a browser may keep a public page for a minute
    await parent.page.goto('/procedures/pregnancy-notification?municipality=998010');
    return (await parent.page.locator('main').innerText()).includes(text);
  };
  assert.equal(await seen(), false, 'nothing was saved yet');
  await page.locator('button[value=save]').click();
  await page.waitForURL('**/admin/settings?saved=yes*');
  assert.equal(await seen(), true);
});

scene('closed days are changed a year at a time, and the other years stay', { as: 'admin-hinata-1' }, async ({ page }) => {
  const years = async () => {
    await page.goto('/admin/settings');
    return page.locator('#closed ~ details summary').allInnerTexts();
  };
  const save = async (fill) => {
    await page.goto('/admin/settings/998010/closed-days?year=2034');
    await fill();
    await page.locator('main form button').click();
    await page.waitForURL('**/admin/settings?saved=yes*');
  };
  const before = await years();
  await save(async () => {
    for (const [part, text] of [['y', '令和16'], ['m', '1'], ['d', '5']]) await page.fill(`[name=day-0-${part}]`, text);
    await page.fill('[name=name-0]', '開庁準備');
  });
  assert.deepEqual(await years(), [...before, '2034年（1日）']);
  await save(async () => { for (const part of ['y', 'm', 'd']) await page.fill(`[name=day-0-${part}]`, ''); });
  assert.deepEqual(await years(), before);
});

scene('two admins let a reviewer see protected persons, and one of them ends it', { as: 'admin-hinata-1' }, async ({ page, window }) => {
  const clerk = await window({ as: 'reviewer-hinata-1' });
  await readBriefing(clerk.page);
  const seen = async () => {
    await clerk.page.goto('/staff/queue?flag=protected');
    return clerk.page.locator('table.rows tbody tr').count();
  };
  const grant = (on) => on.locator('article', { hasText: '育児休業の代わり' });
  assert.equal(await seen(), 0);
  await page.goto('/admin/grants');
  await page.selectOption('#person', { label: '日向野 文香' });
  const until = new Date(Date.now() + 30 * 86_400_000);
  for (const [part, value] of [['y', until.getUTCFullYear()], ['m', until.getUTCMonth() + 1], ['d', until.getUTCDate()]]) await page.fill(`#until-${part}`, String(value));
  await page.fill('#reason', '育児休業の代わり');
  await page.locator('form[action="/admin/grants"] button').click();
  await grant(page).waitFor();
  assert.match(await grant(page).innerText(), /日向野 文香[^]*承認待ち[^]*別の管理者の承認を待っています/);
  assert.equal(await grant(page).locator('form[action$="/approve"]').count(), 0, 'nobody approves what they proposed');
  assert.equal(await seen(), 0);

  const second = await window({ as: 'admin-hinata-2' });
  await second.page.goto('/admin/grants');
  await grant(second.page).locator('form[action$="/approve"] button').click();
  await grant(second.page).getByText('承認済み').waitFor();
  assert.ok(await seen() > 0, 'the cases of the protected family are shown');
  await grant(second.page).locator('form[action$="/end"] button').click();
  await grant(second.page).getByText('終了').waitFor();
  assert.equal(await seen(), 0);
});

scene('the auditor finds who did what, and verifies the seals', { at: both, as: 'auditor' }, async ({ page, window }) => {
  const admin = await window({ as: 'admin-national-1' });
  const number = await register(admin.page, unique());
  assert.ok(number);
  await page.goto('/audit');
  await page.selectOption('#action', 'register-circular');
  await page.selectOption('#role', 'national');
  await page.locator('main form button').click();
  await page.locator('tbody tr').first().locator('a', { hasText: '記録の詳細' }).click();
  await page.waitForURL('**/audit/entries/*');
  assert.match(await page.locator('main').innerText(), /通知を登録した/);
  await axe(page);
  await page.goto('/audit/seals');
  await page.locator('main form button').click();
  await page.waitForSelector('#result');
  assert.match(await page.locator('main').innerText(), /問題は見つかりませんでした/);
});

scene('an admin cannot open another municipality, and a parent no page of admins', { as: 'admin-hinata-1' }, async ({ page, window, expect }) => {
  expect(/404|403/);
  assert.equal((await page.goto('/admin/settings/998028/office')).status(), 404);
  assert.equal((await page.goto('/audit')).status(), 403);
  const parent = await window();
  await signIn(parent.page, 'parent-1');
  assert.equal((await parent.page.goto(`${base}/admin/phases`)).status(), 403);
});
