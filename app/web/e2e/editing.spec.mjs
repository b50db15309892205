// An official who never saw the pages changes what the municipality asks for, without a file and without a programmer.

import assert from 'node:assert/strict';
import { register } from './admin.pages.mjs';
import { save } from './editing.pages.mjs';
import { axe, pace, scene, typist } from './harness.mjs';

const own = '/admin/editions/own';
const most = 300; // seconds

scene('an official who never saw the page adds 健康調査票 for children under 1 within 5 minutes', { at: ['desktop', 'phone'], as: 'admin-hinata-1', timeout: 120_000 }, async ({ page }) => {
  const circular = await register(page, `府番第${Date.now() % 1_000_000_000}号`);
  await page.goto('/admin/editions');
  const hand = typist(page, { ...pace, choice: 2, page: 3 });
  const name = `健康調査票${Date.now() % 10_000}`;

  await hand.press(page.locator(`main a[href="${own}"]`));
  await hand.press(page.locator(`main a[href="${own}/papers/new"]`));
  for (const [field, text] of [
    ['name-ja', name], ['name-plain', 'けんこうの 紙'], ['name-en', 'Health survey'],
    ['help-ja', '保健センターが1歳未満のお子さんの健診のあとに渡す紙です。'], ['help-plain', '1さいに なって いない 子どもの 健診の あとに もらう 紙です。'],
    ['help-en', 'The health centre gives it to you after the check-up of a child under 1.'],
  ]) await hand.type(page.locator(`#${field}`), text);
  await hand.type(page.locator('#basis'), 'ひなた市子育て支援条例 第3条');
  await hand.select(page.locator('#add-place'), 'child-allowance-claim/child');
  await hand.press(page.locator('button[name=do][value=add]').last());
  await hand.select(page.locator('#asked-0-add'), 'child.birth_date');
  await hand.press(page.locator('#asked-0 button[name=do][value=add]'));
  await hand.type(page.locator('#asked-0-conditions-0-value'), '1');
  await save(page, () => hand.press(page.locator('.actions button[value=save]')));
  assert.match(await page.locator('main').innerText(), new RegExp(`${name}[^]*1歳未満であるとき`));

  await hand.select(page.locator('#procedure'), 'child-allowance-claim');
  await hand.press(page.locator('main form[action$="/try"] button').first());
  const born = new Date(Date.now() - 60 * 24 * 3600_000);
  for (const [part, text] of [['y', born.getFullYear()], ['m', born.getMonth() + 1], ['d', born.getDate()]])
    await hand.type(page.locator(`[name="facts.children.0.birth_date-${part}"]`), String(text));
  await hand.press(page.locator('main form[method=post] .actions button'));
  const column = (side) => page.locator(`section[aria-labelledby=${side}]`).innerText();
  assert.match(await column('after'), new RegExp(name));
  assert.doesNotMatch(await column('before'), new RegExp(name));
  await axe(page);

  await hand.press(page.locator('#result a.button'));
  await hand.press(page.locator('main .warn a.button'));
  assert.match(await page.locator('main').innerText(), new RegExp(`${name}[^]*求める人が増えます`));
  const now = new Date(Date.now() + 9 * 3600_000 + 40 * 24 * 3600_000);
  for (const [part, text] of [['y', now.getUTCFullYear()], ['m', now.getUTCMonth() + 1], ['d', now.getUTCDate()]])
    await hand.type(page.locator(`[name=from-${part}]`), String(text));
  await hand.type(page.locator('#reason'), '1歳未満の子どもの健康を確かめるため');
  await hand.select(page.locator('#circular'), circular);
  await hand.press(page.locator('form[action$="/propose"] button'));
  assert.match(await page.locator('main').innerText(), /承認を待っています/);

  const { pages, seconds } = hand.within({ pages: 20, seconds: most });
  console.log(`an official added a document in ${Math.round(seconds)} s of ${most} s, on ${pages} pages`);
});

scene('a document is added and a person tried without JavaScript', { script: false, as: 'admin-hinata-2' }, async ({ page }) => {
  await page.goto(`${own}/papers/new`);
  await page.fill('#name-ja', '予防接種の記録');
  await page.selectOption('#add-place', 'child-allowance-claim/child');
  await page.locator('button[name=do][value=add]').last().click();
  assert.equal(await page.inputValue('#name-ja'), '予防接種の記録', 'what was typed is still there');
  await page.selectOption('#asked-0-add', 'child.birth_date');
  await page.locator('#asked-0 button[name=do][value=add]').click();
  await page.locator('.actions button[value=save]').click();
  assert.match(await page.locator('#errors').innerText(), /数字で入力してください/);
  await page.fill('#asked-0-conditions-0-value', '2');
  await page.locator('#asked-0 details summary').click();
  await page.locator('#asked-0 button[value=look]').click();
  assert.match(await page.locator('#asked-0').innerText(), /2歳未満であるとき/);
  await page.goto(`${own}/try?procedure=child-allowance-claim`);
  await page.locator('main form[method=post] .actions button').click();
  assert.match(await page.locator('main').innerText(), /今のきまり[^]*下書き/);
});
