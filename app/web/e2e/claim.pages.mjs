// A parent's way from the first question to the receipt, and back for a correction.

import { answer, drafted, example, next, photo } from './claimant.mjs';
import { api, freshParent } from './harness.mjs';

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
  child.local_residence_years = 0;
  return content;
}

// Names as long and as rare as they come: nothing of them may be lost, and nothing may burst.
const long = {
  family_name: '髙𠮷邊東海林小比類巻勘解由小路', given_name: '葛󠄀の葉ヴェロニカ・マリア・デ・ラ・クルス', family_kana: 'タカヨシワタナベショウジコヒルイマキカデノコウジ', given_kana: 'クズノハヴェロニカマリアデラクルス',
  address: 'ひなた市'.concat('あおば町大字下新田字北向一丁目二番地三号グランドメゾンひなた弐番館'.repeat(3)),
};

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

async function asked(person) {
  const path = await filed(person, await example(claim, hinata));
  const id = path.split('/').pop();
  const reviewer = 'reviewer-hinata-1';
  const { body } = await api(reviewer, 'POST', `/api/v1/review/applications/${id}/claim`, {});
  const fence = { Fence: String(body.fence) };
  await api(reviewer, 'POST', `/api/v1/review/applications/${id}/accept`, {}, fence);
  const { body: made } = await api(reviewer, 'POST', `/api/v1/review/applications/${id}/corrections`, {
    fields: ['/form/applicant/phone', '/facts/children'], text: '電話がつながりません。番号と、お子さんの生年月日を確かめてください。', due: new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10),
  }, fence);
  return `${path}/corrections/${made.n}`;
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
const ofHinata = () => example(claim, hinata);
const empty = async () => ({ procedure: claim, municipality: hinata });

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'claim-begin', as: who('begin'), url: `/apply/${claim}?municipality=${hinata}`, states: {
    several: async (page) => { await page.locator('button[name=add]').click(); await page.locator('[name="facts.children.1.birth_date-y"]').waitFor(); } } },
  { name: 'claim-begin-signed', as: who('begin'), url: `/apply/${claim}?municipality=${mori}` },
  { name: 'claim-begin-again', as: who('again'), url: once(async () => { await drafted(who('again'), await ofHinata()); return `/apply/${claim}?municipality=${hinata}`; }), states: {
    duplicate: async (page) => { await answer(page, await ofHinata()); await next(page).click(); await page.locator('[name=on_duplicate]').first().waitFor(); } } },
  { name: 'claim-questions', ...draftOf('questions', empty, '/form/questions?missing=yes') },
  { name: 'claim-applicant', ...draftOf('applicant', ofHinata, '/form/applicant'), states: { error: typeNonsense } },
  { name: 'claim-spouse', ...draftOf('spouse', ofHinata, '/form/spouse') },
  { name: 'claim-children', ...draftOf('children', ofHinata, '/form/children') },
  { name: 'claim-event', ...draftOf('event', ofHinata, '/form/event') },
  { name: 'claim-account', ...draftOf('account', async () => { const c = await ofHinata(); c.facts.payee.use_public_account = false; return c; }, '/form/payee') },
  { name: 'claim-consents', ...draftOf('consents', async () => {
    const c = await example('childcare-certification', hinata);
    for (const g of c.facts.guardians) g.jan1_municipality = minato;
    return c;
  }, '/consents') },
  { name: 'claim-documents', ...draftOf('documents', claimOfAnInfant, '/documents'), states: {
    declaring: async (page) => { for (const s of await page.locator('section.card details > summary').all()) await s.click(); } } },
  { name: 'claim-documents-attached', as: who('attached'), url: once(async () => {
    const path = await drafted(who('attached'), await claimOfAnInfant());
    await api(who('attached'), 'PUT', `/api/v1${path}/documents/pension-enrolment/applicant/files/${encodeURIComponent('年金加入証明_とても長い名前のファイル_2026年11月に撮影した写真.jpg')}`, new Uint8Array(photo(40_000)));
    return `${path}/documents`;
  }) },
  { name: 'claim-documents-none', ...draftOf('none', ofHinata, '/documents') },
  { name: 'claim-check', ...draftOf('check', ofHinata, '/check') },
  { name: 'claim-check-long', ...draftOf('long', async () => { const c = await ofHinata(); Object.assign(c.form.applicant, long); return c; }, '/check') },
  { name: 'claim-check-missing', ...draftOf('missing', async () => ({ ...await claimOfAnInfant(), form: {} }), '/check'), states: { error: press(true) } },
  { name: 'claim-sign', ...draftOf('sign', () => example(claim, mori), '/sign'), states: {
    file: async (page) => { await page.locator('details[data-file] summary').click(); } } },
  { name: 'claim-receipt', as: who('receipt'), url: once(async () => `${await following(who('receipt'))}/receipt`) },
  { name: 'claim-correction', as: who('correction'), url: once(() => asked(who('correction'))) },
];
