// A parent's way from the home page to the receipt, in both windows, with and without JavaScript, in three languages.

import assert from 'node:assert/strict';
import { answer, begin, drafted, example, fillIn, mainForm, next, photo } from './claimant.mjs';
import { api, axe, byKeyboard, scene, signIn, typist } from './harness.mjs';

const procedure = 'child-allowance-claim';
const hinata = '998010'; // in full operation: nothing has to be brought for the example
const minato = '998028'; // on trial

const receiptNumber = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/;
const number = async (page) => receiptNumber.exec(await page.locator('main .number').innerText())[0];
const filedBy = async (persona) => (await api(persona, 'GET', '/api/v1/applications')).body.items.filter((a) => a.receipt_number);

/** From the check to the receipt. */
async function file(page) {
  await page.waitForURL('**/check');
  await next(page).click();
  await page.waitForURL('**/receipt');
}

/** The whole way of a person who has the home page open, from the search to the receipt, with what has to be answered. */
async function claim(page, parent, person) {
  const content = await example(procedure, hinata);
  await person.press(page.locator('main details.tile summary').nth(1)); // a baby was born
  await person.press(page.locator(`main details[open] a[href^="/procedures/${procedure}"]`).first());
  await person.select(page.locator('#municipality'), hinata);
  await person.press(page.locator(`main button[formaction^="/apply/${procedure}"]`));
  // The provider's page has no button for this parent: its form is sent for them.
  await page.locator('button[name=persona]').first().evaluate((button, key) => { button.value = key; }, parent);
  await person.press(page.locator('button[name=persona]').first());
  await page.waitForURL('**/apply/**');
  await fillIn(page, content, { how: person, only: (_, required) => required });
  assert.match(page.url(), /\/check$/, 'nothing has to be brought, so nothing asks for documents');
  await person.press(next(page));
  await page.waitForURL('**/receipt');
}

for (const script of [true, false]) {
  scene('a claim without attachments takes eight pages and three minutes from the home page', { at: ['desktop', 'phone'], script }, async ({ page, freshParent }) => {
    const parent = freshParent();
    await page.goto('/');
    const person = typist(page);
    await claim(page, parent, person);
    const { pages, seconds } = person.within({ pages: 8, seconds: 180 });
    console.log(`${pages} pages, ${Math.round(seconds)} s`);
    assert.equal((await filedBy(parent)).length, 1);
    assert.equal((await filedBy(parent))[0].receipt_number, await number(page));
  });
}

for (const lang of ['ja', 'plain', 'en']) {
  scene('each step of a claim is read without a barrier', { lang, at: ['desktop', 'phone'] }, async ({ page, freshParent }) => {
    await signIn(page, freshParent());
    const content = await example(procedure, hinata);
    await page.goto(`/apply/${procedure}?municipality=${hinata}`);
    const seen = new Set();
    const how = {
      type: (l, t) => l.fill(t), select: (l, o) => l.selectOption(o), check: (l) => l.check(),
      press: async (button) => { seen.add(new URL(page.url()).pathname); await axe(page); await button.click(); },
    };
    await fillIn(page, content, { how });
    await axe(page);
    await file(page);
    await axe(page);
    assert.ok(seen.size >= 3, [...seen].join(' '));
    assert.equal(await page.evaluate(() => document.documentElement.lang), lang === 'en' ? 'en' : 'ja');
  });
}

for (const script of [true, false]) {
  scene('Enter saves and goes on, and going back after a refusal asks nothing', { script }, async ({ page, freshParent }) => {
    await signIn(page, freshParent());
    const content = await example(procedure, hinata);
    await page.goto(`/apply/${procedure}?municipality=${hinata}`);
    await page.locator('button[name=add]').first().click();
    const second = '[name="facts.children.1.birth_date-y"]';
    await page.locator(second).waitFor();
    await answer(page, content);
    await page.locator(second).fill('x');
    await page.locator(second).press('Enter');
    await page.locator('#errors').waitFor(); // a year is no letter
    assert.equal(await page.locator(second).inputValue(), 'x', 'both children are there, with what was typed');
    await axe(page);
    await page.reload();
    assert.equal(await page.locator(second).inputValue(), 'x', 'loaded again too');
    await page.goBack();
    await page.goForward();
    assert.equal(await page.locator(second).inputValue(), 'x', 'and after going back and forth');
    await page.locator('summary', { hasText: '2番目を消す' }).click();
    await page.locator('button[name=remove]').filter({ visible: true }).click();
    await page.locator('button[name=undo]').waitFor();
    assert.equal(await page.locator(second).count(), 0);
    await axe(page);
    await page.locator('[name="facts.children.0.birth_date-y"]').press('Enter');
    await page.waitForURL('**/applications/**');
  });
}

// What stands in the form, as a person sees it.
const standing = (page) => mainForm(page).evaluate((form) => [...form.elements]
  .filter((e) => e.name && !/hidden|submit|button|fieldset/.test(e.type))
  .map((e) => `${e.name}=${/radio|checkbox/.test(e.type) ? `${e.value} ${e.checked}` : e.value}`).join('\n'));

for (const script of [true, false]) {
  scene('whatever is pressed at a step, what was answered and sent stays', { at: 'phone', script }, async ({ page, freshParent }) => {
    const parent = freshParent();
    await signIn(page, parent);
    const content = await example(procedure, minato);
    content.facts.children[0].birth_date = `${new Date().getFullYear() - 1}-06-10`; // asks for a document
    await page.goto(`/apply/${procedure}?municipality=${minato}`);
    await answer(page, content);
    await mainForm(page).locator('input[type=text]:visible').first().press('Enter');
    await page.waitForURL('**/applications/**');
    let steps = 0;
    for (; /\/form\//.test(page.url()); steps++) {
      assert.ok(steps < 10, page.url());
      await answer(page, content);
      const [here, said] = [page.url(), await standing(page)];
      await mainForm(page).locator('input[type=text]:visible').first().press('Enter');
      await page.waitForURL((url) => url.href !== here);
      const after = new URL(page.url()).pathname;
      await page.goBack();
      assert.equal(await standing(page), said, `after going back to ${here}`);
      await page.reload();
      assert.equal(await standing(page), said, `loaded again, ${here}`);
      await next(page).dblclick();
      await page.waitForURL(`**${after}*`);
    }
    assert.ok(steps > 0, 'the first page was all');

    await page.waitForURL('**/documents');
    const files = page.locator('section.card ul.files li');
    await page.locator('form.upload input[type=file]').first().setInputFiles({ name: 'image.jpg', mimeType: 'image/jpeg', buffer: photo(20_000) });
    if (!script) await page.locator('form.upload button').first().dblclick();
    await files.first().waitFor({ state: 'attached' });
    await page.reload();
    assert.equal(await files.count(), 1, 'loaded again');
    await page.locator('main [data-onward]').dblclick();
    await page.waitForURL('**/check');
    await page.reload();
    await page.goBack();
    await page.waitForURL(/\/documents/);
    assert.equal(await files.count(), 1, 'after going back from the check');
    await page.locator('main [data-onward]').click();
    await page.waitForURL('**/check');

    await next(page).dblclick();
    await page.waitForURL('**/receipt');
    const mine = await filedBy(parent);
    assert.equal(mine.length, 1);
    assert.equal((await api(parent, 'GET', `/api/v1/applications/${mine[0].id}`)).body.files.length, 1);
  });
}

scene('what is typed before there is a draft comes back', {}, async ({ page, context, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const first = `/apply/${procedure}?municipality=${hinata}`;
  const year = page.locator('[name="facts.children.1.birth_date-y"]');
  await page.goto(first);
  await page.locator('button[name=add][value="facts.children"]').click();
  await year.fill('2021');
  await page.goto('/help');
  await page.goto(first);
  await page.locator('[data-restored]').waitFor();
  assert.equal(await year.inputValue(), '2021', 'with both children');
  await axe(page);
  const language = (await context.cookies()).filter((c) => c.name === 'lang');
  await context.clearCookies(); // the session ends
  await context.addCookies(language);
  await year.fill('2022');
  await page.goto(first);
  await page.locator('main a.button[href^="/auth/login"]').waitFor();
  await signIn(page, parent);
  await page.goto(first);
  await page.locator('[data-restored]').waitFor();
  assert.equal(await year.inputValue(), '2022', 'what was typed after the end was handed over after signing in');
  await page.locator('[data-forget]').click();
  await page.locator('[data-restored]').waitFor({ state: 'hidden' });
  assert.equal(await year.count(), 0);
  await fillIn(page, await example(procedure, hinata));
  await page.goto(first);
  await page.getByRole('link', { name: '続きから始める' }).waitFor();
  await axe(page);
  assert.ok(await page.locator('[data-restored]').isHidden(), 'the draft has it now');
});

scene('a double click on file makes one application', { at: ['desktop', 'phone'] }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const path = await drafted(parent, await example(procedure, hinata));
  await page.goto(`${path}/check`);
  await next(page).dblclick();
  await page.waitForURL('**/receipt');
  assert.equal((await filedBy(parent)).length, 1);
});

scene('the same filing from two windows makes one application', {}, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const path = await drafted(parent, await example(procedure, hinata));
  await page.goto(`${path}/check`);
  // Both presses reach the server: the page's own guard is taken away.
  await mainForm(page).evaluate((form) => {
    const twin = form.cloneNode(true);
    form.after(twin);
    twin.target = form.target = '_blank';
  });
  const popups = [];
  page.context().on('page', (p) => popups.push(p));
  const both = page.locator(`main form[action$="/file"]`);
  await both.nth(0).evaluate((form) => form.submit());
  await both.nth(1).evaluate((form) => form.submit());
  for (let i = 0; i < 2; i++) {
    const popup = popups[i] ?? await page.context().waitForEvent('page');
    await popup.waitForURL('**/receipt');
  }
  const filed = await filedBy(parent);
  assert.equal(filed.length, 1);
  assert.equal(await number(popups[0]), await number(popups[1]));
});

for (const script of [true, false]) {
  scene('going back loses nothing at any step', { script }, async ({ page, freshParent }) => {
    await signIn(page, freshParent());
    const content = await example(procedure, hinata);
    await begin(page, content);
    const path = /^\/applications\/[^/]+/.exec(new URL(page.url()).pathname)[0];
    const steps = await page.locator('ol.steps a, ol.steps [aria-current]').count();
    // By the browser's button to the first step, then by the pages' own buttons to the end: everything is there still.
    for (let i = 0; i < steps - 1; i++) {
      await page.goBack();
      if (page.url().endsWith('/form/applicant')) break;
    }
    assert.match(page.url(), /\/form\/applicant$/);
    assert.equal(await page.locator('[name="form.applicant.family_name"]').inputValue(), content.form.applicant.family_name);
    for (let i = 0; !page.url().endsWith('/check'); i++) {
      assert.ok(i < 15, page.url());
      const before = page.url();
      await next(page).click();
      await page.waitForURL((url) => url.href !== before);
    }
    // And by the pages' own links back to the questions.
    for (let i = 0; !page.url().endsWith('/form/children'); i++) {
      assert.ok(i < 15, page.url());
      const before = page.url();
      await page.locator('main .actions a:not(.button)').last().click();
      await page.waitForURL((url) => url.href !== before);
    }
    await page.goto(`${path}/check`);
    await file(page);
  });
}

scene('a session that ends takes nothing that was entered', { script: false }, async ({ page, context, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const content = await example(procedure, hinata);
  const path = await drafted(parent, { ...content, form: {} });
  await page.goto(`${path}/form/applicant`);
  await answer(page, content);
  const language = (await context.cookies()).filter((c) => c.name === 'lang');
  await context.clearCookies();
  await context.addCookies(language);
  await next(page).click();
  assert.match(await page.locator('h1').innerText(), /ログイン/);
  await axe(page);
  const other = await context.newPage();
  await signIn(other, parent);
  await page.locator('main form button').click();
  await page.waitForURL((url) => /\/form\//.test(url.pathname) && !url.pathname.endsWith('/form/applicant'));
  const { body } = await api(parent, 'GET', `/api/v1${path}`);
  assert.equal(body.form.applicant.family_name, content.form.applicant.family_name);
});

scene('what is missing is named with a link to it, and the draft stays', { script: false, lang: 'en' }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const { facts, form } = await example(procedure, hinata);
  const path = await drafted(parent, { procedure, municipality: hinata, facts, form: { ...form, applicant: { family_name: '髙𠮷' } } });
  await page.goto(`${path}/check`);
  assert.match(await page.locator('main').innerText(), /髙𠮷/, 'every character of a name is shown');
  await next(page).click();
  const summary = page.locator('#errors a');
  await summary.first().waitFor();
  await axe(page);
  await summary.first().click();
  await page.waitForURL(/\/form\/applicant#form-applicant-/);
  await answer(page, { facts, form });
  await next(page).click();
  await page.goto(`${path}/check`);
  await file(page);
});

scene('an application for the same thing is found, and the person decides', { script: false }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const content = await example(procedure, hinata);
  const path = await drafted(parent, content);
  await page.goto(`/apply/${procedure}?municipality=${hinata}`);
  await answer(page, content);
  await next(page).click();
  await page.locator('input[name=on_duplicate]').first().waitFor();
  await axe(page);
  await page.locator('input[name=on_duplicate][value=amend]').check();
  await next(page).click();
  await page.waitForURL(/\/applications\//);
  assert.ok(page.url().includes(path), `${page.url()} is not the first, ${path}`);
});

scene('what was saved in another window is not overwritten unseen', { script: false }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const content = await example(procedure, hinata);
  const path = await drafted(parent, content);
  await page.goto(`${path}/form/applicant`);
  const { headers } = await api(parent, 'GET', `/api/v1${path}`);
  await api(parent, 'PATCH', `/api/v1${path}`, JSON.stringify({ form: { applicant: { given_name: '別人' } } }),
    { 'Content-Type': 'application/merge-patch+json', 'If-Match': headers.get('etag') });
  await page.locator('[name="form.applicant.given_name"]').fill('私');
  await next(page).click();
  await page.locator('#errors').waitFor();
  assert.equal(await page.locator('[name="form.applicant.given_name"]').inputValue(), '私');
  await axe(page);
  await next(page).click();
  await page.waitForURL((url) => !url.pathname.endsWith('/form/applicant'));
});

scene('what is typed is saved as one goes', {}, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const content = await example(procedure, hinata);
  const path = await drafted(parent, { ...content, form: {} });
  await page.goto(`${path}/form/applicant`);
  await page.locator('[name="form.applicant.family_name"]').fill('若葉');
  await page.locator('[data-saved]:not(:empty)').waitFor();
  const { body } = await api(parent, 'GET', `/api/v1${path}`);
  assert.equal(body.form.applicant.family_name, '若葉');
  await answer(page, content);
  await next(page).click(); // with the version that the autosave gave
  await page.waitForURL((url) => !url.pathname.endsWith('/form/applicant'));
});

for (const script of [true, false]) {
  scene('children are added and removed', { script, at: 'phone' }, async ({ page, freshParent }) => {
    await signIn(page, freshParent());
    const content = await example(procedure, hinata);
    await page.goto(`/apply/${procedure}?municipality=${hinata}`);
    await answer(page, content);
    await page.locator('button[name=add][value="facts.children"]').click();
    const second = structuredClone(content);
    second.facts.children.push({ ...content.facts.children[0], birth_date: '2020-02-29' });
    await page.locator('[name="facts.children.1.birth_date-y"]').waitFor();
    await answer(page, second);
    await page.locator('button[name=add][value="facts.children"]').click();
    const remove = async (i) => {
      await page.locator('summary', { hasText: `${i + 1}番目を消す` }).click();
      await page.locator(`button[name=remove][value="facts.children.${i}"]`).click();
    };
    await remove(0);
    await page.locator('[name="facts.children.2.birth_date-y"]').waitFor({ state: 'detached' });
    assert.equal(await page.locator('[name="facts.children.0.birth_date-y"]').inputValue(), '2020');
    await remove(1);
    await page.locator('[name="facts.children.1.birth_date-y"]').waitFor({ state: 'detached' });
    await next(page).click();
    await page.waitForURL(/\/form\//);
  });
}

scene('a claim is filed from the home page to the receipt by the keyboard alone', { timeout: 180_000 }, async ({ page, freshParent }) => {
  await page.goto('/');
  await claim(page, freshParent(), byKeyboard(page));
});
