// Files and what stands for them: from a phone over a bad line, without JavaScript, declared, and made unnecessary by a switch.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { drafted, example, next, photo } from './claimant.mjs';
import { api, axe, cutAt, mend, scene, signIn, throttle } from './harness.mjs';

const minato = '998028'; // on trial: the child's age asks for the statement of pension enrolment

/** A claim for a child of one year, and the document that it asks for. */
async function claimOfAnInfant() {
  const content = await example('child-allowance-claim', minato);
  const child = content.facts.children[0];
  child.birth_date = `${new Date().getFullYear() - 1}-${child.birth_date.slice(5)}`;
  return content;
}
const card = (page) => page.locator('#documents-pension-enrolment-applicant');
const unfold = async (page) => { // what is done folds when the page is loaded
  const fold = page.locator('#documents-pension-enrolment-applicant.done > details:not([open]) > summary');
  if (await fold.count()) await fold.click();
};
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const filesOf = async (parent, path) => (await api(parent, 'GET', `/api/v1${path}`)).body.files;
const picture = (name, bytes) => ({ name, mimeType: 'image/jpeg', buffer: bytes });

scene('a photo of 12 MB arrives whole over a slow line that is cut', { at: 'phone', line: true, timeout: 180_000 }, async ({ page, freshParent, expect }) => {
  expect(/ERR_|Failed to fetch|NetworkError/);
  const parent = freshParent();
  await signIn(page, parent);
  const path = await drafted(parent, await claimOfAnInfant());
  await page.goto(`${path}/documents`);
  throttle(page, { up: 20_000, latency: 20 });
  const { done } = cutAt(page, /\/parts\/2$/, { after: 500_000 });
  const bytes = photo(12_000_000);
  await card(page).locator('form.upload input[type=file]').setInputFiles(picture('年金加入証明.jpg', bytes));
  await done;
  await card(page).locator('.uploads [role=status]').filter({ hasText: /つながっていません/ }).waitFor();
  await mend(page);
  await card(page).locator('ul.files li').waitFor({ state: 'attached', timeout: 90_000 });
  const files = await filesOf(parent, path);
  assert.deepEqual(files.map((f) => [f.name, f.size, f.sha256]), [['年金加入証明.jpg', bytes.length, sha256(bytes)]]);
});

scene('an upload goes on where it stopped after the page was loaded again', { line: true, timeout: 180_000 }, async ({ page, freshParent, expect }) => {
  expect(/ERR_|Failed to fetch|NetworkError/);
  const parent = freshParent();
  await signIn(page, parent);
  const path = await drafted(parent, await claimOfAnInfant());
  await page.goto(`${path}/documents`);
  throttle(page, { up: 30_000, latency: 10 });
  const { done } = cutAt(page, /\/parts\/3$/, { after: 100_000 });
  const bytes = photo(12_000_000, 2);
  await card(page).locator('form.upload input[type=file]').setInputFiles(picture('a.jpg', bytes));
  await done;
  await mend(page);
  await page.reload();
  const begun = card(page).locator('[data-open="a.jpg"]');
  await begun.waitFor();
  const { body } = await api(parent, 'GET', `/api/v1${path}/uploads`);
  assert.ok(body.items[0].parts.length > 0, 'parts that had arrived are there');
  await axe(page);
  await card(page).locator('form.upload input[type=file]').setInputFiles(picture('a.jpg', bytes));
  await card(page).locator('ul.files li').waitFor({ state: 'attached', timeout: 90_000 });
  assert.equal((await filesOf(parent, path))[0].sha256, sha256(bytes));
});

scene('who goes on while a file is on its way goes on once it has arrived', { at: 'phone', line: true, timeout: 180_000 }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const path = await drafted(parent, await claimOfAnInfant());
  await page.goto(`${path}/documents`);
  throttle(page, { up: 4_000, latency: 10 });
  const bytes = photo(8_000_000, 5);
  await card(page).locator('input[type=file]').setInputFiles(picture('a.jpg', bytes));
  const bar = card(page).locator('.uploads progress');
  await page.waitForFunction(() => document.querySelector('.uploads progress')?.value > 0.02);
  const { part_size: part } = (await api(parent, 'GET', `/api/v1${path}/uploads`)).body.items[0];
  const sent = (await bar.evaluate((b) => b.value)) * bytes.length;
  assert.ok(sent % part > 1, `it moves with the bytes, not with the parts: ${sent}`);
  await page.locator('main [data-onward]').click();
  await page.locator('[data-leaving]').waitFor();
  await axe(page);
  assert.match(page.url(), /\/documents$/);
  await page.waitForURL('**/check', { timeout: 90_000 });
  assert.deepEqual((await filesOf(parent, path)).map((f) => f.sha256), [sha256(bytes)]);
});

scene('a page is not closed over a file on its way unasked', { line: true, timeout: 120_000 }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const path = await drafted(parent, await claimOfAnInfant());
  await page.goto(`${path}/documents`);
  throttle(page, { up: 5_000, latency: 10 });
  await card(page).locator('h2').first().click(); // browsers ask only who has used the page
  await card(page).locator('input[type=file]').setInputFiles(picture('a.jpg', photo(3_000_000, 6)));
  await page.waitForFunction(() => document.querySelector('.uploads progress')?.value > 0.02);
  const asked = page.waitForEvent('dialog');
  const leaving = page.goto('/help').catch(() => null);
  const dialog = await asked;
  assert.equal(dialog.type(), 'beforeunload');
  await dialog.dismiss();
  await leaving;
  assert.match(page.url(), /\/documents$/);
  await card(page).locator('ul.files li').waitFor({ state: 'attached', timeout: 90_000 });
});

scene('a file that is refused for good asks for another one', { at: ['desktop', 'phone'] }, async ({ page, freshParent, expect }) => {
  expect(/415|422/);
  const parent = freshParent();
  await signIn(page, parent);
  const path = await drafted(parent, await claimOfAnInfant());
  await page.goto(`${path}/documents`);
  await card(page).locator('input[type=file]').setInputFiles(picture('a.jpg', Buffer.from('MZ no picture at all')));
  const another = card(page).getByRole('button', { name: '別のファイルを選ぶ' });
  await another.waitFor();
  await axe(page);
  assert.equal(await card(page).getByRole('button', { name: 'もう一度送る' }).filter({ visible: true }).count(), 0);
  const { body } = await api(parent, 'GET', `/api/v1${path}/uploads`);
  assert.deepEqual(body.items, [], 'nothing of it stays on the server');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), another.click()]);
  await chooser.setFiles(picture('b.jpg', photo(20_000, 7)));
  await card(page).locator('ul.files li').waitFor();
  assert.deepEqual((await filesOf(parent, path)).map((f) => f.name), ['b.jpg']);
});

for (const at of ['desktop', 'phone']) {
  scene('files are sent, replaced and taken away without JavaScript', { at, script: false }, async ({ page, freshParent }) => {
    const parent = freshParent();
    await signIn(page, parent);
    const path = await drafted(parent, await claimOfAnInfant());
    await page.goto(`${path}/documents`);
    await card(page).locator('form.upload button').click();
    await page.locator('#errors').waitFor(); // no file was chosen
    await axe(page);
    const choose = (...files) => card(page).locator('form.upload input[type=file]').setInputFiles(files);
    await choose(picture('一枚目.jpg', photo(20_000)), picture('二枚目.jpg', photo(30_000, 3)));
    await card(page).locator('form.upload button').click();
    await card(page).locator('ul.files li').nth(1).waitFor();
    await axe(page);
    await choose(picture('一枚目.jpg', photo(25_000, 4)));
    await card(page).locator('form.upload button').click();
    await page.waitForLoadState();
    assert.deepEqual((await filesOf(parent, path)).map((f) => f.size).sort(), [20_000, 25_000, 30_000], 'two photos of one name are two files');
    const first = card(page).locator('ul.files li').first();
    await first.locator('summary').first().click(); // replace; the second deletes
    await axe(page);
    await first.locator('input[type=file]').setInputFiles(picture('三枚目.jpg', photo(26_000, 5)));
    await first.locator('form[data-replaces] button').click();
    await page.waitForLoadState();
    assert.deepEqual((await filesOf(parent, path)).map((f) => f.size).sort(), [25_000, 26_000, 30_000], 'one was replaced on purpose');
    await choose({ name: 'virus.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ no picture') });
    await card(page).locator('form.upload button').click();
    await page.locator('#errors').waitFor();
    await card(page).locator('ul.files li').first().locator('details').last().locator('summary').click();
    await axe(page);
    await card(page).locator('ul.files li').first().locator('form[action$="/delete"] button').click();
    await page.waitForURL((url) => url.pathname.endsWith('/documents'));
    await card(page).locator('ul.files li').nth(2).waitFor({ state: 'detached' });
    assert.equal((await filesOf(parent, path)).length, 2);
    await axe(page);
    await card(page).locator('form[action$="/put-back"] button').click();
    await card(page).locator('ul.files li').nth(2).waitFor();
    assert.equal((await filesOf(parent, path)).length, 3);
    await page.goBack(); // no question whether to send it again
    await page.reload();
    await card(page).waitFor();
    assert.equal((await filesOf(parent, path)).length, 3);
  });
}

scene('a document that is missing is named, and can be declared', { at: ['desktop', 'phone'], script: false }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const path = await drafted(parent, await claimOfAnInfant());
  await page.goto(`${path}/check`);
  await next(page).click();
  const missing = page.locator('#errors a[href*="/documents#documents-pension-enrolment-applicant"]');
  await missing.waitFor();
  assert.match(await missing.innerText(), /年金/, 'the document is named');
  await axe(page);
  await missing.click();
  await page.waitForURL('**/documents#*');
  await card(page).locator('details summary').last().click();
  await card(page).locator('[name=kind][value=will-follow]').check();
  await card(page).locator('form[action*="/declarations/"] button').click();
  await page.locator('#errors').waitFor(); // a reason is asked for
  await axe(page);
  await card(page).locator('[name=reason]').fill('勤務先に発行を頼んでいます');
  await card(page).locator('form[action*="/declarations/"] button').click();
  await card(page).locator('.good').waitFor();
  await page.locator('main [data-onward]').click();
  await page.waitForURL('**/check');
  await next(page).click();
  await page.waitForURL('**/receipt');
  assert.match(await page.locator('main').innerText(), /年金/, 'what will follow is on the receipt');
  await axe(page);
});

scene('a parent with an open form learns of the switch and has less to bring', { timeout: 120_000 }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const content = await example('childcare-certification', minato);
  content.facts.guardians[0].has_disability_certificate = true;
  const path = await drafted(parent, content);
  await page.goto(`${path}/documents`);
  const certificate = page.locator('[id^="documents-disability"]').first();
  await certificate.waitFor();
  const plan = async () => (await api(parent, 'GET', `/api/v1${path}`)).body.plan;
  const before = JSON.stringify(await plan());
  await page.goto(`${path}/form/applicant`); // the open form
  const { body } = await api('admin-national-1', 'POST', '/api/v1/admin/phase-changes', {
    rows: [{ procedure: content.procedure, item: 'disability', municipality: minato, phase: 'full', from: new Date().toISOString() }],
    reason: '試行運用の結果が一致したため', circular: '府番第1号' });
  await api('admin-national-2', 'POST', `/api/v1/admin/phase-changes/${body.id}/approve`);
  for (let asked = 0; JSON.stringify(await plan()) === before; asked++) assert.ok(asked < 2000, 'the switch never took effect');
  await page.locator('[name="form.applicant.given_name"]').fill('みのり');
  await next(page).click();
  await page.waitForURL((url) => !url.pathname.endsWith('/form/applicant'));
  const told = page.locator('.note[role=status]').filter({ hasText: '障害' }).first();
  await told.waitFor(); // the page after the save says what changed
  await axe(page);
  await page.goto(`${path}/documents`);
  assert.equal(await certificate.count(), 0, 'what the network answers need not be brought');
  assert.match(await page.locator('main').innerText(), /障害/, 'and the page says who is asked instead');
});

// A PDF of two pages.
const twoPages = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj\n'
  + '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>>endobj\n4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');
const drawn = (image) => image.evaluate((img) => img.decode().then(() => img.naturalWidth > 0));

for (const script of [true, false]) {
  scene('what arrived is shown as a picture, small and large', { at: ['desktop', 'phone'], script }, async ({ page, context, freshParent, window }) => {
    const parent = freshParent();
    await signIn(page, parent);
    const path = await drafted(parent, await claimOfAnInfant());
    await page.goto(`${path}/documents`);
    await card(page).locator('form.upload input[type=file]').setInputFiles({ name: '年金.pdf', mimeType: 'application/pdf', buffer: twoPages });
    if (!script) await card(page).locator('form.upload button').click();
    const sent = card(page).locator('.sent');
    await sent.waitFor({ state: 'attached' });
    const small = sent.locator('img');
    for (let i = 0; !script && !(await small.count()); i++) { // with a script it appears by itself
      assert.ok(i < 300, 'no picture was made');
      await page.reload();
    }
    await small.waitFor({ state: 'attached', timeout: 60_000 });
    await unfold(page);
    if (script) assert.ok(await drawn(small), 'the picture is drawn');
    assert.equal(await page.locator('[data-wait]').count(), 0, 'nothing is waited for any more');
    await axe(page);
    await page.reload();
    const folded = card(page).locator('summary img'); // what is done is one line with its picture
    await folded.waitFor();
    assert.equal(await small.isVisible(), false);
    await unfold(page);
    await small.click();
    await page.waitForURL(/\/files\/[^/]+$/);
    assert.equal(await page.locator('figure img').count(), 2);
    if (script) assert.ok(await drawn(page.locator('figure img').first()));
    await axe(page);

    // Nobody else sees it, nor anybody any more once it was deleted.
    const picture = (await page.locator('figure img').first().getAttribute('src'));
    const answer = await context.request.get(picture);
    assert.deepEqual([answer.status(), answer.headers()['content-type'], answer.headers()['cache-control']], [200, 'image/jpeg', 'private, no-store']);
    const other = await window({ as: freshParent() });
    assert.equal((await other.context.request.get(picture)).status(), 404);
    assert.equal((await other.context.request.get(page.url())).status(), 404);
    await page.goto(`${path}/documents`, { waitUntil: 'networkidle' }); // else the small picture is asked for once it is gone
    await unfold(page);
    await card(page).locator('ul.files details').last().locator('summary').click();
    await card(page).locator('ul.files form[action$="/delete"] button').click();
    await page.waitForURL((url) => url.pathname.endsWith('/documents'));
    await card(page).locator('ul.files li').waitFor({ state: 'detached' });
    assert.equal((await context.request.get(picture)).status(), 404);
  });
}

scene('of what cannot be shown the page says so, and one goes on', { at: 'phone', script: false, lang: 'en' }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const path = await drafted(parent, await claimOfAnInfant());
  await page.goto(`${path}/documents`);
  await card(page).locator('form.upload input[type=file]').setInputFiles({ name: 'broken.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\nnothing of a document') });
  await card(page).locator('form.upload button').click();
  const sent = card(page).locator('.sent');
  for (let i = 0; !/is cut off or damaged/.test(await sent.innerText()); i++) {
    assert.ok(i < 300, 'nothing was said');
    await page.reload();
  }
  await axe(page);
  await page.goto(`${path}/check`);
  await next(page).click();
  await page.waitForURL('**/receipt');
});
