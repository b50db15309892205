// Procedures of version 2 of the catalogue, from what a person looks for to the receipt, and what their questions ask of a page.

import assert from 'node:assert/strict';
import { drafted, example, fillIn, mainForm, next } from './claimant.mjs';
import { api, axe, noSidewaysScroll, scene, shot, signIn } from './harness.mjs';

const hinata = '998010'; // in full operation
const pictures = (page, name) => shot(page, name, [390, 1280]);

/** From the home page to the questions on which the application begins: by the words that a person types. */
async function found(page, procedure, words) {
  await page.goto('/');
  await page.locator('#municipality').selectOption(hinata);
  await page.locator('input[name=q]').fill(words);
  await page.locator('main form[role=search] button').click();
  await page.locator(`main a[href^="/procedures/${procedure}"]`).first().click();
  await page.waitForURL(`**/procedures/${procedure}*`);
  await axe(page);
  await noSidewaysScroll(page);
  await pictures(page, procedure);
  await page.locator(`main a[href^="/apply/${procedure}"]`).click();
  await page.waitForURL('**/apply/**');
}

async function receipt(page) {
  await next(page).click();
  await page.waitForURL('**/receipt');
  await axe(page);
  return page.locator('main').innerText();
}

scene('a woman who expects a child applies for the support benefit', { timeout: 120_000 }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  await found(page, 'pregnancy-support-benefit', '妊娠');
  await axe(page);
  await fillIn(page, await example('pregnancy-support-benefit', hinata));
  assert.match(page.url(), /\/check$/, 'who notified her pregnancy here brings nothing');
  await axe(page);
  assert.match(await receipt(page), /妊婦/);
});

scene('a grandmother claims the allowance for a child in another register', { timeout: 120_000 }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const content = await example('single-parent-claim', hinata);
  Object.assign(content.facts.applicant, { role: 'caretaker', jan1_municipality: '131016' });
  content.facts.children[0].register = 'separate';
  Object.assign(content.form, { 'both-parents': { father: '青葉 太郎', mother: '青葉 花', since: '2026-04-10', reason: '父母とも死亡したため、祖母が育てている。' } });
  delete content.form['other-parent'];
  await found(page, content.procedure, 'ひとり親');
  await axe(page);
  await pictures(page, 'single-parent-questions');
  const day = page.locator('[id$="jan1_municipality-as-of"]').first();
  assert.match(await day.innerText(), /令和\d+年1月1日（\d{4}年1月1日）の時点/);
  await fillIn(page, content);
  for (const yes of await page.locator('main input[type=radio][value=yes]').all()) {
    const saved = page.waitForEvent('load'); // what it spares goes from the page
    await yes.check();
    await saved;
  }
  const statement = page.locator('#documents-upbringing-statement-applicant');
  assert.match(await statement.innerText(), /ほかの人に書いてもらう書類[\s\S]*原本を面談のときに見せてください/);
  await axe(page);
  await pictures(page, 'single-parent-documents');
  for (const one of await page.locator('section.card[id^="documents-"]').evaluateAll((cards) => cards.map((card) => card.id))) {
    const card = page.locator(`#${one}`);
    if (await card.locator('.good').count()) continue;
    await card.locator('details summary').last().click();
    await card.locator('[name=kind][value=will-follow]').check();
    await card.locator('[name=reason]').fill('民生委員に頼んでいます');
    await card.locator('form[action*="/declarations/"] button').click();
    await card.locator('.good').waitFor();
  }
  await page.locator('main [data-onward]').click();
  await page.waitForURL('**/check');
  assert.match(await page.locator('main').innerText(), /東京都千代田区/);
  assert.match(await receipt(page), /児童扶養手当/);
  const { body } = await api(parent, 'GET', '/api/v1/applications');
  assert.equal(body.items[0].procedure, content.procedure);
});

scene('questions come and go with what is answered, and keep what was typed', { at: ['desktop', 'phone'] }, async ({ page, freshParent }) => {
  await signIn(page, freshParent());
  await page.goto(`/apply/child-allowance-claim?municipality=${hinata}`);
  const child = 'facts.children.0';
  const shown = async () => mainForm(page).evaluate((form, at) => [...new Set([...form.elements]
    .filter((e) => e.name.startsWith(at) && e.type !== 'hidden' && !e.closest('[hidden]')).map((e) => e.name.slice(at.length + 1).replace(/-[ymd]$/, '')))], child);
  const say = (name, value) => page.locator(`[name="${child}.${name}"][value="${value}"]`).check();
  assert.ok(!(await shown()).includes('studying_abroad'));
  await say('lives_with_applicant', 'false');
  await say('studying_abroad', 'false');
  await page.locator(`[name="${child}.municipality"]`).selectOption('other');
  await page.locator(`[name="${child}.municipality-name"]`).fill('ほっかいどうさっぽろし');
  assert.deepEqual((await shown()).filter((name) => /abroad|japan|municipality/.test(name)), ['studying_abroad', 'municipality', 'municipality-name']);
  await say('studying_abroad', 'true');
  assert.deepEqual((await shown()).filter((name) => /abroad|japan|municipality/.test(name)),
    ['studying_abroad', 'residence_before_abroad', 'left_japan_on', 'with_parents_abroad']);
  await say('lives_with_applicant', 'true');
  assert.deepEqual((await shown()).filter((name) => /abroad|japan|municipality/.test(name)), []);
  await say('lives_with_applicant', 'false');
  await say('studying_abroad', 'false');
  assert.equal(await page.locator(`[name="${child}.municipality-name"]`).inputValue(), 'ほっかいどうさっぽろし');
  await axe(page);
  await pictures(page, 'child-elsewhere');
});

scene('a month in either era brings up what it decides, with its day', { at: ['desktop', 'phone'] }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const content = await example('facility-use-certification', hinata);
  content.facts.needs_childcare = true;
  content.facts.child.birth_date = '2023-04-02';
  const path = await drafted(parent, { ...content, form: {} });
  const address = page.locator('[name="facts.guardians.0.jan1_municipality"]');
  const day = page.locator('[id$="guardians-0-jan1_municipality-as-of"]');
  for (const [year, number, said] of [['令和8', '10', '令和8年1月1日（2026年1月1日）'], ['2026', '8', '令和7年1月1日（2025年1月1日）'], ['2027年4月', '', '']]) {
    await page.goto(`${path}/form/facilities`);
    await page.locator('[name="facts.start_month-m"]').fill(number);
    await page.locator('[name="facts.start_month-y"]').fill(year);
    await next(page).click();
    await page.waitForURL('**/form/guardians');
    await page.locator('[name="facts.guardians.0.relation"][value=mother]').check();
    await address.waitFor({ state: said ? 'visible' : 'hidden' });
    if (said) await day.filter({ hasText: said }).waitFor();
    await axe(page);
  }
  await pictures(page, 'fees-of-an-infant');
});
