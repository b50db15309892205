// The pages on which an admin changes an edition: own documents of a municipality, texts and case tables of the national one.

import { uploaded } from './admin.pages.mjs';
import { openContext, signIn } from './harness.mjs';

const municipal = 'admin-hinata-1';
const national = 'admin-national-1';
const own = '/admin/editions/own';
const claim = 'child-allowance-claim';

/** Fills in what a document says; of whom it is asked is chosen apart. */
export async function fillPaper(page, name) {
  for (const [field, text] of [
    ['name-ja', name], ['name-plain', 'からだの ようすの 紙'], ['name-en', 'Health survey'], ['help-ja', '保健センターが健診のあとに渡す紙です。'],
    ['help-plain', '子どもの 健診の あとに もらう 紙です。'], ['help-en', 'The health centre gives it to you after the check-up.'], ['basis', '子育て条例 第3条'],
  ]) await page.fill(`#${field}`, text);
}

/** Presses a button of the form of a document, and waits for the page that follows. */
export async function press(page, selector) {
  await page.locator(selector).first().click();
  await page.waitForLoadState();
}

/** Saves a form of the draft; again where another test changed the draft meanwhile: what was typed is still there. */
export async function save(page, once = () => press(page, '.actions button')) {
  await once();
  for (let more = 3; more > 0 && /ほかの人が下書きを変えました/.test(await page.locator('main').innerText()); more--) await once();
}

let drafted;

/** A draft of ひなた市 with a document and a look-up, once for all entries. */
function draft() {
  drafted ??= (async () => {
    const context = await openContext();
    try {
      const page = await context.newPage();
      await signIn(page, municipal);
      await page.goto(`${own}/papers/new`);
      await fillPaper(page, '生活の様子の記録');
      await page.selectOption('#add-place', `${claim}/child`);
      await press(page, 'button[name=do][value=add]');
      await page.selectOption('#asked-0-add', 'child.birth_date');
      await press(page, 'button[name=do][value=add]');
      await page.fill('#asked-0-conditions-0-value', '3');
      await save(page);
      await page.waitForURL(`**${own}?done=paper`);
      await page.goto(`${own}/look-ups?procedure=${claim}`);
      await page.check('input[name=document][value="dv-protection-proof/applicant"]');
      await save(page);
      await page.waitForURL(`**${own}?done=look-up`);
      return await page.locator(`main a[href^="${own}/papers/own-"]`).first().getAttribute('href');
    } finally {
      await context.close();
    }
  })();
  return drafted;
}

const after = (address) => async () => { await draft(); return address; };
const of = (rest) => async () => `${await uploaded()}/${rest}`;

async function addPlace(page) {
  await page.selectOption('#add-place', `${claim}/applicant`);
  await press(page, 'button[name=do][value=add]');
}

async function unreadable(page) {
  await page.locator('main details summary').first().click();
  await page.fill('#asked-0-when', 'facts.nobody >');
  await press(page, '.actions button[value=save]');
  await page.waitForSelector('#errors');
}

async function empty(page) {
  await press(page, '.actions button');
  await page.waitForSelector('#errors');
}

async function emptyTable(page) {
  await page.locator('main form .actions button').click();
  await page.waitForSelector('#errors');
}

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'editing-own', as: municipal, url: after(own) },
  { name: 'editing-paper-new', as: municipal, url: `${own}/papers/new`, states: { error: empty, asked: addPlace } },
  { name: 'editing-paper', as: municipal, url: draft, states: { unreadable } },
  { name: 'editing-look-up', as: municipal, url: `${own}/look-ups` },
  { name: 'editing-look-up-procedure', as: municipal, url: `${own}/look-ups?procedure=${claim}`, states: { error: (page) => press(page, 'form[method=post][action$="/look-ups"] .actions button') } },
  { name: 'editing-preview', as: municipal, url: after(`${own}/preview?procedure=${claim}`) },
  { name: 'editing-try', as: municipal, url: after(`${own}/try?procedure=${claim}`), states: { result: (page) => press(page, 'main form[method=post] .actions button') } },
  { name: 'editing-texts', as: national, url: of('texts') },
  { name: 'editing-text-document', as: national, url: of('texts/documents/bank-passbook'), states: { error: async (page) => { await page.fill('#name-en', ''); await empty(page); } } },
  { name: 'editing-text-procedure', as: national, url: of(`texts/procedures/${claim}/2024-10-01`) },
  { name: 'editing-tables', as: national, url: of('cases') },
  { name: 'editing-table-new', as: national, url: of('cases/new'), states: { error: emptyTable } },
];
