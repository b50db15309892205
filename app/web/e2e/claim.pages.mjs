// A parent's way from the first question to the receipt, and back for a correction.

import { readFileSync } from 'node:fs';
import { answer, drafted, example, next } from './claimant.mjs';
import { api, freshParent } from './harness.mjs';
import { seen } from './review.mjs';

// What no browser of this test can show by itself.
const heic = readFileSync(new URL('../../gateway/render/rendertest/testdata/eight-bit.heic', import.meta.url));

const claim = 'child-allowance-claim';
const [hinata, minato, mori] = ['998010', '998028', '998036'];

// Each page has a parent of its own: what one entry does to a case, no other sees.
const people = new Map();
const who = (name) => {
  if (!people.has(name)) people.set(name, freshParent());
  return people.get(name);
};

async function claimOfAnInfant() {
  const content = await example(claim, minato);
  const child = content.facts.children[0];
  child.birth_date = `${new Date().getFullYear() - 1}-${child.birth_date.slice(5)}`;
  return content;
}

async function claimOfAChildApart() {
  const content = await example(claim, minato);
  Object.assign(content.facts.children[0], { lives_with_applicant: false, studying_abroad: false, municipality: '131016' });
  return content;
}

// Names as long and as rare as they come, with a word that no line holds: nothing of them may be lost, and nothing may burst.
const long = {
  family_name: '髙𠮷邊東海林小比類巻勘解由小路左衛門尉三郎兵衛門葛󠄀木辻󠄀榊󠄀原齋藤﨑德永寬濵', given_name: 'Wolfeschlegelsteinhausenbergerdorffwelchevoraltern', family_kana: 'タカヨシワタナベショウジコヒルイマキカデノコウジ', given_kana: 'クズノハヴェロニカマリアデラクルス',
  address: 'ひなた市'.concat('あおば町大字下新田字北向一丁目二番地三号グランドメゾンひなた弐番館'.repeat(3)),
};
const word = 'https://www.city.hinata.example/kosodate/jidouteate/kakunin/nenkin-kanyuu-shoumeisho-no-torikata.html';
const longText = `電話がつながりません。番号と、お子さんの生年月日を確かめてください。\n${'年金加入証明は、下の行まで写っているものを付けてください。'.repeat(6)}\nDonaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft\n${word}`;

async function filed(person, content) {
  const path = await drafted(person, content);
  await api(person, 'POST', `/api/v1${path}/file`, {});
  return path;
}

async function following(person) {
  const content = await claimOfAnInfant();
  content.form.applicant = { ...content.form.applicant, ...long };
  return filed(person, { ...content, declarations: [{ document: 'pension-enrolment', subject: 'applicant', kind: 'will-follow', reason: '勤務先に発行を頼んでいます' }] });
}

const statement = '/documents/pension-enrolment/applicant';

/** A file of a case, once its picture is there or cannot be made: the path of its page. */
async function attached(person, path, name, bytes, status = 200) {
  await api(person, 'PUT', `/api/v1${path}${statement}/files/${encodeURIComponent(name)}`, new Uint8Array(bytes));
  const { body } = await api(person, 'GET', `/api/v1${path}`);
  const file = `${path}/files/${body.files.find((f) => f.name === name).id}`;
  for (let i = 0; i < 400; i++) {
    const answer = await api(person, 'GET', `${file}/pages/0`, undefined, { 'allow-status': '409' });
    if (answer.status === status && (status === 200 || /view_reason|ファイル|file/.test(answer.body) && i > 40)) break;
  }
  return file;
}

/** A claim with a document, for which a correction is asked; handed in again if done. */
async function asked(person, { done = false } = {}) {
  const content = await claimOfAnInfant();
  Object.assign(content.form.applicant, long);
  const path = await drafted(person, content);
  await attached(person, path, '年金加入証明.heic', heic);
  await api(person, 'POST', `/api/v1${path}/file`, {});
  const reviewer = 'reviewer-minato';
  const at = `/api/v1/review${path}`;
  await seen(path.split('/').pop());
  const { body } = await api(reviewer, 'POST', `${at}/claim`, {});
  const fence = { Fence: String(body.fence) };
  await api(reviewer, 'POST', `${at}/accept`, {}, fence);
  const { body: made } = await api(reviewer, 'POST', `${at}/corrections`, {
    fields: ['/form/applicant/phone', '/facts/children'], text: longText, due: new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10),
    items: done ? [] : [{ document: 'pension-enrolment', subject: 'applicant' }],
  }, fence);
  if (done) await api(person, 'POST', `/api/v1${path}/corrections/${made.n}/submit`, {});
  return { path, correction: `${path}/corrections/${made.n}` };
}

const press = (errors) => async (page) => {
  await next(page).click();
  await page.locator(errors ? '#errors' : 'main h1').waitFor();
};

async function typeNonsense(page) {
  await page.locator('[name="form.applicant.birth_date-y"]').fill('昭和200');
  await page.locator('[name="form.applicant.postal_code"]').fill('12');
  await page.locator('[name="form.applicant.phone"]').fill('1234 5678 9018');
  await press(true)(page);
}

const once = (make) => { let made; return () => (made ??= make()); };
const draftOf = (name, content, step) => {
  const make = once(async () => drafted(who(name), await content()));
  return { as: who(name), url: async () => `${await make()}${step}` };
};
const followed = once(() => following(who('receipt')));
const correction = once(() => asked(who('correction')));
const corrected = once(() => asked(who('corrected'), { done: true }));
const ofHinata = () => example(claim, hinata);
const empty = async () => ({ procedure: claim, municipality: hinata });

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'claim-begin', as: who('begin'), url: `/apply/${claim}?municipality=${hinata}`, states: {
    several: async (page) => { await page.locator('button[name=add]').click(); await page.locator('[name="facts.children.1.birth_date-y"]').waitFor(); } } },
  { name: 'claim-begin-signed', as: who('begin'), url: `/apply/${claim}?municipality=${mori}` },
  { name: 'claim-begin-again', as: who('again'), url: once(async () => { await drafted(who('again'), await ofHinata()); return `/apply/${claim}?municipality=${hinata}`; }), states: {
    duplicate: async (page) => { await answer(page, await ofHinata()); await next(page).click(); await page.locator('[name=on_duplicate]').first().waitFor(); } } },
  { name: 'claim-questions', ...draftOf('questions', empty, '/form/children?missing=yes') },
  { name: 'claim-applicant', ...draftOf('applicant', ofHinata, '/form/applicant'), states: { error: typeNonsense } },
  { name: 'claim-children', ...draftOf('children', ofHinata, '/form/children') },
  { name: 'claim-account', ...draftOf('account', async () => { const c = await ofHinata(); c.facts.payee.use_public_account = false; return c; }, '/form/event') },
  { name: 'claim-consents', ...draftOf('consents', async () => {
    const c = await example('childcare-certification', hinata);
    for (const g of c.facts.guardians) g.jan1_municipality = minato;
    return c;
  }, '/documents') },
  { name: 'claim-documents', ...draftOf('documents', claimOfAnInfant, '/documents'), states: {
    declaring: async (page) => { for (const s of await page.locator('section.card details > summary').all()) await s.click(); } } },
  { name: 'claim-documents-attached', as: who('attached'), url: once(async () => {
    const path = await drafted(who('attached'), await claimOfAnInfant());
    await attached(who('attached'), path, '年金加入証明_とても長い名前のファイル_2026年11月に撮影した写真.heic', heic);
    await attached(who('attached'), path, 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.pdf', Buffer.from('%PDF-1.4\nnothing of a document'), 409);
    return `${path}/documents`;
  }) },
  { name: 'claim-statement', ...draftOf('statement', claimOfAChildApart, '/documents/separate-custody-statement/child-1/write'), states: {
    error: async (page) => { await page.locator('.actions button').click(); await page.locator('#errors').waitFor(); } } },
  { name: 'claim-file', as: who('file'), url: once(async () => attached(who('file'), await drafted(who('file'), await claimOfAnInfant()), '年金加入証明.heic', heic)) },
  { name: 'claim-documents-none', ...draftOf('none', ofHinata, '/documents') },
  { name: 'claim-check', ...draftOf('check', ofHinata, '/check') },
  { name: 'claim-check-long', ...draftOf('long', async () => { const c = await ofHinata(); Object.assign(c.form.applicant, long); return c; }, '/check') },
  { name: 'claim-check-missing', ...draftOf('missing', async () => ({ ...await claimOfAnInfant(), form: {} }), '/check'), states: { error: press(true) } },
  { name: 'claim-sign', ...draftOf('sign', () => example(claim, mori), '/sign'), states: {
    file: async (page) => { await page.locator('details[data-file] summary').click(); } } },
  { name: 'claim-receipt', as: who('receipt'), url: async () => `${await followed()}/receipt` },
  { name: 'claim-sent', as: who('receipt'), url: async () => `${await followed()}/sent` },
  { name: 'claim-receipt-corrected', as: who('corrected'), url: async () => `${(await corrected()).path}/receipt` },
  { name: 'claim-corrected', as: who('corrected'), url: async () => (await corrected()).correction },
  { name: 'claim-home-due', as: who('correction'), url: async () => { await correction(); return '/'; } },
  { name: 'claim-correction', as: who('correction'), url: async () => (await correction()).correction },
  { name: 'claim-overview-correction', as: who('correction'), url: async () => (await correction()).path },
];
