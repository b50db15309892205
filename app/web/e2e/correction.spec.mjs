// A correction (補正): what a municipality asks for reaches the parent, who sees only that, and hands it in.

import assert from 'node:assert/strict';
import { answer, drafted, example, next, photo } from './claimant.mjs';
import { api, axe, noSidewaysScroll, scene, signIn } from './harness.mjs';
import { seen } from './review.mjs';

const minato = '998028'; // on trial: the child's age asks for the statement of pension enrolment
const reviewer = 'reviewer-minato';
const statement = { document: 'pension-enrolment', subject: 'applicant' };
const text = '電話がつながりません。番号を確かめてください。\n年金加入証明は、下の行まで写っているものを付けてください。';
const asDay = (ms) => new Date(ms).toISOString().slice(0, 10);

/** A claim of a parent that was filed and is in review, and the reviewer who claimed it. */
async function inReview(parent) {
  const content = await example('child-allowance-claim', minato);
  const child = content.facts.children[0];
  child.birth_date = `${new Date().getFullYear() - 1}-${child.birth_date.slice(5)}`;
  const path = await drafted(parent, content);
  const { body: draft } = await api(parent, 'GET', `/api/v1${path}`);
  for (const { document, subject, decision } of draft.plan.documents) {
    if (decision === 'attach') await api(parent, 'PUT', `/api/v1${path}/documents/${document}/${subject}/files/first.jpg`, new Uint8Array(photo(20_000)));
  }
  await api(parent, 'POST', `/api/v1${path}/file`, {});
  const at = `/api/v1/review${path}`;
  await seen(draft.id);
  const { body: claim } = await api(reviewer, 'POST', `${at}/claim`, {});
  const write = (what, body = {}) => api(reviewer, 'POST', `${at}/${what}`, body, { Fence: String(claim.fence) });
  await write('accept');
  const ask = (o = {}) => write('corrections', { fields: ['/form/applicant/phone'], items: [statement], text, due: asDay(Date.now() + 14 * 86_400_000), ...o });
  return { path, ask, content, look: async () => (await api(reviewer, 'GET', at)).body };
}

const shownFields = (page) => page.locator('#answers').evaluate((form) => [...form.elements].filter((e) => e.name && !['once', 'version', 'then'].includes(e.name)).map((e) => e.name));
const phone = (page) => page.locator('[name="form.applicant.phone"]');
const attach = (page) => page.locator('#documents-pension-enrolment-applicant button');
const submit = (page) => page.locator('#answers button[value=submit]');
const upload = (page) => page.locator('#documents-pension-enrolment-applicant form.upload');
const received = (page) => page.getByRole('heading', { level: 1, name: /受け付けました|has arrived/ }).waitFor();
const timeline = (page) => page.locator('ol.timeline').innerText();

for (const at of ['desktop', 'phone']) for (const script of [true, false]) {
  scene('what is asked for is seen, corrected and handed in', { at, script, timeout: 120_000 }, async ({ page, freshParent }) => {
    const parent = freshParent();
    const { path, ask, content, look } = await inReview(parent);
    await ask();
    await signIn(page, parent);

    // It is under the messages, in the list of applications, and on the application's own page.
    const message = page.locator('li.card').filter({ hasText: '申請に直していただきたいところがあります' });
    await page.goto('/messages');
    for (let i = 0; !(await message.count()); i++) { // a job writes it
      assert.ok(i < 200, 'the message never came');
      await page.reload();
    }
    await message.locator('button').click();
    await page.waitForURL(`**${path}`);
    assert.match(await page.locator('main').innerText(), /電話がつながりません/);
    await axe(page);
    await page.goto('/applications');
    assert.match(await page.locator('li.card').filter({ has: page.locator(`a[href="${path}"]`) }).innerText(), /補正|直/);
    await page.locator(`a[href="${path}"]`).click();
    await page.locator('main a.button[href*="/corrections/1"]').click();

    // The page shows what was asked for and nothing else.
    await page.waitForURL('**/corrections/1');
    assert.deepEqual(await shownFields(page), ['form.applicant.phone']);
    assert.equal(await page.locator('main section.card').count(), 1);
    assert.match(await page.locator('.note').first().innerText(), /下の行まで/);
    assert.equal(await phone(page).inputValue(), content.form.applicant.phone);
    await axe(page);
    await noSidewaysScroll(page, [320]);

    // A wrong answer is named beside its field, and stays in it.
    await phone(page).fill('090');
    await submit(page).click();
    await page.locator('#errors a[href="#form-applicant-phone"]').waitFor();
    assert.equal(await phone(page).inputValue(), '090');
    await axe(page);
    // A right one is kept although the document is missing still.
    await phone(page).fill('090-8765-4321');
    await submit(page).click();
    await page.locator('#errors a[href="#documents-pension-enrolment-applicant"]').waitFor();
    assert.match(await page.locator('#errors').innerText(), /年金/, 'the document is named');
    assert.equal(await phone(page).inputValue(), '090-8765-4321');
    await axe(page);

    // Going to the documents loses nothing that was typed.
    await phone(page).fill('080-1111-2222');
    await attach(page).click();
    await page.waitForURL('**/documents#documents-pension-enrolment-applicant');
    assert.equal(await page.locator('ol.steps').count(), 0, 'what was filed is not gone through again');
    await upload(page).locator('input[type=file]').setInputFiles({ name: '二枚目.jpg', mimeType: 'image/jpeg', buffer: photo(30_000, 7) });
    if (!script) await upload(page).locator('button').click();
    await page.locator('ul.files li').filter({ hasText: '二枚目.jpg' }).waitFor();
    await axe(page);
    await page.locator('main .actions a.button').click();
    await page.waitForURL('**/corrections/1');
    assert.equal(await phone(page).inputValue(), '080-1111-2222');

    await submit(page).click();
    await received(page);
    await axe(page);
    await page.goto(path);
    assert.match(await timeline(page), /補正/);
    assert.equal(await page.locator('a[href*="/corrections/"]').count(), 0, 'it is asked for no more');
    await axe(page);
    const seen = await look();
    assert.equal(seen.form.applicant.phone, '080-1111-2222', "the reviewer's case shows what was corrected");
    assert.ok(JSON.stringify(seen).includes('二枚目.jpg'), 'and the new file');

    // The receipt shows what was filed, and names the correction.
    await page.goto(`${path}/receipt`);
    assert.match(await page.locator('main').innerText(), /補正が提出されています/);
    await axe(page);
    await page.goto(`${path}/corrections/1`);
    assert.equal(await page.locator('#answers').count(), 0, 'what is handed in is not handed in again');
  });
}

scene('a required answer that was emptied is named, and the correction stays open', { script: false, lang: 'en' }, async ({ page, freshParent }) => {
  const parent = freshParent();
  const { path, ask } = await inReview(parent);
  await ask({ items: [], fields: ['/form/applicant/family_name', '/form/applicant/phone'] });
  await signIn(page, parent);
  await page.goto(`${path}/corrections/1`);
  await page.locator('[name="form.applicant.family_name"]').fill('');
  await phone(page).fill('080-3333-4444');
  await submit(page).click();
  await page.locator('#errors a[href="#form-applicant-family_name"]').waitFor();
  assert.equal(await phone(page).inputValue(), '080-3333-4444');
  await axe(page);
  // Enter in a field saves; it does not hand in.
  await page.locator('[name="form.applicant.family_name"]').fill('髙𠮷');
  await page.locator('[name="form.applicant.family_name"]').press('Enter');
  await page.waitForLoadState();
  assert.match(page.url(), /\/corrections\/1$/);
  assert.equal(await page.locator('[name="form.applicant.family_name"]').inputValue(), '髙𠮷');
  await page.goto(`${path}/receipt`);
  assert.doesNotMatch(await page.locator('main').innerText(), /髙𠮷/, 'the receipt shows the name that was filed');
  assert.match(await page.locator('main').innerText(), /asked for a correction/);
  await page.goto(`${path}/check`);
  await page.waitForURL('**/corrections/1'); // what is filed is not filed again
  await submit(page).click();
  await received(page);
});

scene('a child that was left out is added, and what it makes necessary is asked for where it belongs', { script: false, timeout: 120_000 }, async ({ page, freshParent }) => {
  const parent = freshParent();
  const { path, ask, content, look } = await inReview(parent);
  await ask({ items: [], fields: ['/facts/children'] });
  await signIn(page, parent);
  await page.goto(`${path}/corrections/1`);
  await page.locator('button[name=add][value="facts.children"]').click();
  const second = structuredClone(content);
  second.facts.children.push({ ...content.facts.children[0], birth_date: '2020-02-29' });
  second.form.children.push({ ...content.form.children[0], given_name: '二葉' });
  await page.locator('[name="facts.children.1.birth_date-y"]').waitFor();
  await axe(page);
  await answer(page, second);
  await submit(page).click();
  const elsewhere = page.locator('#errors a[href*="/form/children#"]').first();
  await elsewhere.waitFor();
  await axe(page);
  await elsewhere.click();
  await page.waitForURL('**/form/children#*');
  await answer(page, second);
  await next(page).click();
  for (let i = 0; !page.url().endsWith('/corrections/1'); i++) { // the way through the form leads back to the correction
    assert.ok(i < 8, page.url());
    const before = page.url();
    await (await next(page).count() ? next(page) : page.locator('main .actions a.button')).click();
    await page.waitForURL((url) => url.href !== before);
  }
  await submit(page).click();
  await received(page);
  assert.equal((await look()).form.children.length, 2);
});

scene('a correction is handed in once, however often one presses', {}, async ({ page, freshParent }) => {
  const parent = freshParent();
  const { path, ask } = await inReview(parent);
  await ask({ items: [] });
  await signIn(page, parent);
  await page.goto(`${path}/corrections/1`);
  await phone(page).fill('080-5555-6666');
  await submit(page).dblclick();
  await received(page);
  const { body } = await api(parent, 'GET', `/api/v1${path}`);
  assert.equal(body.timeline.filter((e) => e.event === 'submit-correction').length, 1);
  await page.goBack();
  await page.waitForLoadState();
  assert.equal(await page.locator('#errors').count(), 0);
});

scene("another parent's correction does not exist", { script: false }, async ({ page, freshParent, expect }) => {
  expect(/404/);
  const { path, ask } = await inReview(freshParent());
  await ask();
  await signIn(page, freshParent());
  assert.equal((await page.goto(`${path}/corrections/1`)).status(), 404);
});
