// A reviewer's way through a case on trial: read blind, ask the network, find the difference, work its file to the end,
// decide (R3, R7).

import assert from 'node:assert/strict';
import { drafted, example, photo } from './claimant.mjs';
import { api, axe, byKeyboard, scene, tabInto } from './harness.mjs';
import { answeredBy, claimOfUnknown, claimOnTrial, readable, readBriefing } from './review.mjs';

/** Opens the form of a step by its button, and sends it. A decision waits for who could stop it where there is a script. */
async function take(page, path, fill = async () => {}, { undo = false } = {}) {
  const form = page.locator(`form[action$="${path}"]`).first();
  const panel = page.locator('.panel', { has: page.locator(`form[action$="${path}"]`) }).first();
  if (await panel.count() && !(await panel.isVisible())) await page.locator(`a[href="#${await panel.getAttribute('id')}"]`).click();
  await fill(form);
  await answeredBy(page, async () => {
    await form.locator('button:not([name=preview]):not([name=next])').last().click();
    if (undo) await page.locator('.undo button').last().click();
  });
  assert.equal(await page.locator('#errors').count(), 0, `after ${path}: ${await page.locator('#errors').allInnerTexts()}`);
}

/** The receipt number of a case, by which the queue finds it. */
const numberOf = async (id) => (await api('reviewer-minato', 'GET', `/api/v1/review/applications/${id}`)).body.receipt_number;

/** Opens a document of a case and waits until it may be read: the scan of its file takes a moment. */
async function openItem(page, address) {
  await page.goto(address);
  for (const end = Date.now() + 30_000; Date.now() < end && !(await page.locator('form[action$="/read"]').count());) await page.reload();
}

async function openAndAccept(page, id) {
  await readBriefing(page);
  await page.goto(`/staff/cases/${id}`);
  await take(page, '/claim'); // which accepts it, and asks the network
}

/** Waits until the network has answered, by loading the page again as a person would. */
async function answered(page) {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (await page.locator('#dispute, table .tag').count()) return;
    await page.reload();
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
    assert.match(await page.locator('.document article').innerText(), /申請者が画面で書いたもの[\s\S]*毎週電話で話し、月に1回帰宅する/);
    await take(page, '/read', (form) => form.locator('[name=eligible][value=yes]').check());

    await openItem(page, `/staff/cases/${id}/items/household-resident-record/child-1`);
    assert.equal(await page.locator('table').count(), 0, 'nothing is compared before the document was read');
    await take(page, '/read', async (form) => {
      await form.locator('[name="facts.family_name_kana"]').fill('ヒナタ');
      await form.locator('[name="facts.address"]').fill('みなと町なみ9番地');
      await form.locator('[name=eligible][value=yes]').check();
    });
    await page.goto(`/staff/cases/${id}/items/household-resident-record/child-1`);
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
      await answeredBy(page, () => page.locator('form[action$="/discrepancy"] button').click());
      assert.equal(await page.locator('#errors').count(), 0, `after ${step}: ${await page.locator('#errors').allInnerTexts()}`);
    }
    assert.match(await page.locator('#dispute + p').innerText(), /終了/, 'the file is closed');

    await page.goto(`/staff/cases/${id}`);
    await take(page, '/steps/approve', (form) => form.locator('[name=reason]').fill('要件を満たしています。'), { undo: script });
    assert.match(await page.locator('h1 + p').innerText(), /決定/);
    await axe(page);
  });
}

scene('a decision is refused while something is open, and nothing typed is lost', { as: 'reviewer-minato' }, async ({ page, expect }) => {
  expect(/4\d\d/);
  const id = await claimOnTrial();
  await openAndAccept(page, id);
  await page.locator('a[href="#do-request-correction"]').click();
  const form = page.locator('form[action$="/steps/request-correction"]');
  await form.locator('[name=text]').fill('電話番号を確かめてください。');
  await form.locator('.actions button').click();
  await page.locator('#errors').waitFor();
  assert.equal(await page.locator('form[action$="/steps/request-correction"] [name=text]').inputValue(), '電話番号を確かめてください。');
  await axe(page);
});

scene('the case of another municipality does not exist', { as: 'reviewer-hinata-1' }, async ({ page, expect }) => {
  expect(/404/);
  const id = await claimOnTrial();
  await readBriefing(page);
  const answer = await page.goto(`/staff/cases/${id}`);
  assert.equal(answer.status(), 404);
});

scene('a case is claimed, read and asked about with the keyboard alone', { as: 'reviewer-minato', timeout: 180_000 }, async ({ page }) => {
  const keys = byKeyboard(page);
  const enterOn = (button) => answeredBy(page, async () => {
    await tabInto(page, button);
    await page.keyboard.press('Enter');
  });
  /** Fills in the form of a step and sends it. */
  const takeByKeys = async (path, fill = async () => {}) => {
    const form = page.locator(`form[action$="${path}"]`).first();
    await fill(form);
    await enterOn(form.locator('button'));
  };
  const id = await claimOnTrial();
  await readBriefing(page);
  await page.goto(`/staff/queue?q=${await numberOf(id)}`);
  await keys.press(page.locator(`a[href="/staff/cases/${id}"]`));
  await takeByKeys('/claim');
  await openItem(page, `/staff/cases/${id}/items/household-resident-record/child-1`);
  await takeByKeys('/read', async (form) => {
    await keys.type(form.locator('[name="facts.family_name_kana"]'), 'ヒナタ');
    await keys.type(form.locator('[name="facts.address"]'), 'みなと町なみ9番地');
    await keys.check(form.locator('[name=eligible][value=yes]'));
  });
  await page.goto(`/staff/cases/${id}/items/household-resident-record/child-1`);
  await answered(page);
  await keys.check(page.locator('#ds-operation-checked'));
  await keys.type(page.locator('#note'), '入力を確かめました。');
  await enterOn(page.locator('form[action$="/discrepancy"] button'));
  assert.match(await page.locator('.ladder').innerText(), /入力を確かめました。/);
  const before = page.url();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('j');
  await page.waitForURL((url) => url.href !== before && /\/items\//.test(url.pathname));
});

scene('who a person is, is chosen where the directory is not sure', { at: ['desktop', 'phone'], as: 'reviewer-minato', script: false }, async ({ page, expect }) => {
  expect(/4\d\d/);
  const id = await claimOfUnknown('reviewer-minato');
  await readBriefing(page);
  await page.goto(`/staff/cases/${id}`);
  await page.locator('#tasks + ul a').first().click();
  assert.match(page.url(), /\/residents\/child-1$/);
  assert.match(await page.locator('#sought + dl').innerText(), /シラヌイ/);
  await page.locator('main form:has(#resident) .actions button').click();
  assert.match(await page.locator('#errors').innerText(), /1つ選んでください/);
  await page.locator('#r-nobody').check();
  await page.locator('main form:has(#resident) .actions button').click();
  assert.equal(new URL(page.url()).pathname, `/staff/cases/${id}`);
  assert.equal(await page.locator('#tasks').count(), 0, 'nothing waits any more');
});

scene('a record is kept from the parent, and shown again', { as: 'reviewer-minato', script: false, timeout: 120_000 }, async ({ page, window, expect }) => {
  expect(/4\d\d/);
  const id = await claimOnTrial();
  await openAndAccept(page, id);
  await openItem(page, `/staff/cases/${id}/items/household-resident-record/child-1`);
  await take(page, '/read', async (form) => {
    await form.locator('[name="facts.family_name_kana"]').fill('ヒナタ');
    await form.locator('[name="facts.address"]').fill('みなと町なみ9番地');
    await form.locator('[name=eligible][value=yes]').check();
  });
  await page.goto(`/staff/cases/${id}/items/household-resident-record/child-1`);
  await answered(page);
  const { page: parent } = await window({ as: 'parent-1' });
  const seen = async () => {
    await parent.goto('/me/records');
    return parent.locator(`main a[href="/applications/${id}"]`).count();
  };
  assert.equal(await seen(), 1, 'the parent sees that it was asked');

  await page.goto(`/staff/cases/${id}/records`);
  const hide = async (reason) => {
    const box = page.locator('details', { has: page.locator('form[action*="/records/"]') }).first();
    if (!(await box.evaluate((d) => d.open))) await box.locator('summary').click();
    await box.locator('textarea').fill(reason);
    await box.locator('button').click();
  };
  await hide('');
  await page.locator('#errors').waitFor();
  await axe(page);
  await hide('調査に支障があるため。');
  assert.match(await page.locator('main').innerText(), /申請者に見せていません/);
  assert.equal(await seen(), 0, 'hidden from the parent');
  await hide('支障がなくなったため。');
  assert.equal(await seen(), 1, 'and shown again');
});

scene('an original is opened by a button, and that is on record', { as: 'reviewer-minato' }, async ({ page, window }) => {
  const id = await claimOnTrial();
  await openAndAccept(page, id);
  await openItem(page, `/staff/cases/${id}/items/household-resident-record/child-1`);
  const saved = page.waitForEvent('download');
  await page.locator('form[action$="/original"] button').click();
  assert.match((await saved).suggestedFilename(), /\.pdf$/);
  const { page: parent } = await window({ as: 'parent-1' });
  await parent.goto('/me/accesses');
  assert.match(await parent.locator('main').innerText(), /原本ファイル/, 'the parent sees that it was opened');
});

scene('a correction of one answer and one document is asked for by picking them', { at: ['desktop', 'phone'], as: 'reviewer-minato', script: false }, async ({ page, window }) => {
  const id = await claimOnTrial();
  await openAndAccept(page, id);
  await take(page, '/steps/request-correction', async (form) => {
    await form.locator('[name=item][value="household-resident-record/child-1"]').check();
    await form.locator('summary').click();
    await form.locator('[name=field][value="/form/applicant/phone"]').check();
    await form.locator('[name=text]').fill('電話番号と、続柄の入った住民票を確かめてください。');
    await form.locator('[name="due-y"]').fill('令和9');
    await form.locator('[name="due-m"]').fill('1');
    await form.locator('[name="due-d"]').fill('15');
  });
  assert.match(await page.locator('h1 + p').innerText(), /補正/);
  const { page: parent } = await window({ as: 'parent-1' });
  await parent.goto(`/applications/${id}`);
  assert.match(await parent.locator('main').innerText(), /続柄の入った住民票を確かめてください/);
});

/** Counts what a clerk does: clicks, keys that act (what is typed from a paper is not one), and pages that load. */
function counting(page) {
  const done = { clicks: 0, keys: 0, loads: 0 };
  page.on('request', (request) => { if (request.isNavigationRequest() && request.frame() === page.mainFrame()) done.loads++; });
  return {
    done,
    click: async (locator) => { done.clicks++; await locator.click(); },
    key: async (key) => { done.keys++; await page.keyboard.press(key); },
  };
}

const asAnswered = { family_name_kana: 'ヒナタ ソラ', address: 'ひなた市あおば町１−２−３' };

for (const by of ['mouse', 'keyboard']) {
  scene(`a case is done from claim to approval without leaving its screen, by ${by}`, { as: 'reviewer-minato', timeout: 180_000 }, async ({ page }) => {
    const id = await readable('reviewer-minato', await claimOnTrial());
    await readBriefing(page);
    await page.goto(`/staff/cases/${id}`);
    const clerk = counting(page);
    const press = (key, locator) => (by === 'mouse' ? clerk.click(locator) : clerk.key(key));
    await answeredBy(page, () => press('c', page.locator('[data-key=c]')));
    for (let paper = 0; paper < 2; paper++) {
      const form = page.locator('form[action$="/read"]');
      await form.waitFor();
      await page.waitForFunction(() => document.activeElement.closest('form[action$="/read"]'));
      const focused = () => page.evaluate(() => document.activeElement.name);
      for (let name = await focused(); name?.startsWith('facts.'); name = await focused()) { // the focus stands in the first field
        if (asAnswered[name.slice(6)]) await page.keyboard.insertText(asAnswered[name.slice(6)]);
        if (by === 'mouse') await page.keyboard.press('Tab');
        else await clerk.key('Tab');
      }
      if (by === 'mouse') await clerk.click(form.locator('label[for$="eligible-0"]'));
      else await clerk.key('Space');
      await answeredBy(page, () => (by === 'mouse' ? clerk.click(form.locator('button')) : clerk.key('Enter')));
      assert.equal(await page.locator('#errors').count(), 0, await page.locator('#errors').allInnerTexts().then(String));
    }
    const approve = page.locator('.casebar [data-key=a]');
    await approve.waitFor({ timeout: 60_000 }); // the answers come by themselves
    await axe(page);
    await page.evaluate(() => document.activeElement.blur());
    await press('a', approve);
    await page.locator('.undo .letter').waitFor();
    await page.locator('main .good', { hasText: 'を決定しました' }).waitFor({ timeout: 20_000 });
    assert.match(await page.locator('main').innerText(), /を決定しました/);
    assert.ok(!page.url().includes(id), 'the next case is open');
    assert.equal((await api('reviewer-minato', 'GET', `/api/v1/review/applications/${id}`)).body.state, 'decided');
    assert.ok(clerk.done.clicks <= 6 && clerk.done.keys <= 12 && clerk.done.loads <= 2, JSON.stringify(clerk.done));
  });
}

scene('a decision is stopped before it is sent', { as: 'reviewer-minato', timeout: 120_000 }, async ({ page }) => {
  const id = await readable('reviewer-minato', await claimOnTrial());
  await openAndAccept(page, id);
  await page.locator('a[href="#do-reject"]').click();
  await page.locator('#form-reject [name=reason]').fill('要件を満たしていません。');
  await page.locator('#form-reject button.danger:not([name])').click();
  assert.match(await page.locator('.undo .letter').innerText(), /要件を満たしていません/);
  await page.locator('.undo button').first().click();
  assert.equal(await page.locator('.undo').count(), 0);
  assert.equal(await page.locator('#form-reject [name=reason]').inputValue(), '要件を満たしていません。');
  assert.equal((await api('reviewer-minato', 'GET', `/api/v1/review/applications/${id}`)).body.state, 'in-review');
});

scene('a paper that is brought after the filing is scanned in', { as: 'reviewer-minato' }, async ({ page, freshParent }) => {
  const parent = freshParent();
  const content = await example('child-allowance-claim', '998028');
  content.facts.children[0].birth_date = `${new Date().getFullYear() - 1}-05-10`;
  const path = await drafted(parent, { ...content, declarations: [{ document: 'pension-enrolment', subject: 'applicant', kind: 'will-follow', reason: '勤務先に頼んでいます' }] });
  await api(parent, 'POST', `/api/v1${path}/file`, {});
  await readBriefing(page);
  await page.goto(`/staff${path.replace('applications', 'cases')}`);
  await page.locator('main button', { hasText: '担当して審査を始める' }).click();
  await page.locator('a[href="#do-scan"]').click();
  await page.locator('#do-scan input[type=file]').setInputFiles({ name: 'scan.jpg', mimeType: 'image/jpeg', buffer: photo(20_000) });
  await axe(page);
  await page.locator('#do-scan button').click();
  await page.getByText('紙で受領：').waitFor(); // by whom and when
  await page.locator('article h4', { hasText: 'scan.jpg' }).waitFor(); // by itself, once the virus scan has released it
});
