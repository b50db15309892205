// The pages of admins and of the auditor, and the guidance that changes with what admins switch.

import { quickly } from './claimant.mjs';
import { api, base, token } from './harness.mjs';

const national = 'admin-national-1';
const municipal = 'admin-hinata-1';

const pdf = new Blob(['%PDF-1.7\n%%EOF\n'], { type: 'application/pdf' });

/** Fills the form of a circular and registers it; gives its number. */
export async function register(page, number) {
  await page.goto('/admin/circulars/new');
  await page.fill('#number', number);
  await page.fill('#issued_on-y', '2026');
  await page.fill('#issued_on-m', '4');
  await page.fill('#issued_on-d', '1');
  await page.fill('#issuer', 'こども庁（架空）');
  await page.fill('#title', '情報連携の本格運用の開始について');
  await page.setInputFiles('#pdf', { name: 'circular.pdf', mimeType: 'application/pdf', buffer: Buffer.from(await pdf.arrayBuffer()) });
  await page.locator('main form button').click();
  await page.waitForURL('**/admin/circulars?added=*');
  return number;
}

/** A change of もり村, proposed by one national admin, for an instant far ahead: nothing in the demo changes by it. */
function proposed(state) {
  return async () => {
    const { body } = await api(national, 'POST', '/api/v1/admin/phase-changes', {
      rows: [{ procedure: '*', item: 'resident-record', municipality: '998036', phase: 'trial', from: '2040-04-01T00:00:00+09:00' }],
      reason: '試行運用の結果が一致したため', circular: '府番第1号',
    });
    if (state) await api('admin-national-2', 'POST', `/api/v1/admin/phase-changes/${body.id}/${state}`);
    return `/admin/phase-changes/${body.id}`;
  };
}

let stopped;

/** A suspension of a scope that no other test looks at, once in a demo's life. */
function suspended() {
  stopped ??= (async () => {
    const { body: before } = await api(national, 'GET', '/api/v1/admin/phase-changes?limit=100');
    const there = before.items.find((change) => change.kind === 'suspension' && change.state === 'imposed');
    if (there) return `/admin/phase-changes/${there.id}`;
    const { body } = await api(national, 'POST', '/api/v1/admin/suspensions', { procedure: 'single-parent-annual', item: '*', municipality: '998036', reason: '回答に誤りがあったため' });
    return `/admin/phase-changes/${body.id}`;
  })();
  return stopped;
}

let message;

/** A message of ひなた市 to parents, once for all entries. */
function sent() {
  message ??= api(municipal, 'POST', '/api/v1/admin/broadcasts', {
    procedure: 'child-allowance-claim', child_age_from: 3, child_age_to: 5,
    title: { ja: '手当の現況届について', plain: '手当の 現況届の お知らせ', en: 'About the yearly report' },
    text: { ja: '6月30日までに提出してください。', plain: '6月30日までに 出して ください。', en: 'Please hand it in by 30 June.' },
  }).then(({ body }) => `/admin/broadcasts/${body.id}`);
  return message;
}

let edition;

/** The edition of the installation, uploaded again as a draft, once for all entries. */
export function uploaded() {
  edition ??= (async () => {
    const { items } = await (await fetch(`${base}/api/v1/editions`)).json();
    const { digest } = items.find((one) => one.scope === '*');
    const zip = await (await fetch(`${base}/api/v1/editions/${digest}`)).arrayBuffer();
    const headers = { Authorization: `Bearer ${await token(national)}`, 'Content-Type': 'application/zip', 'Idempotency-Key': 'e2e-edition' };
    const answer = await fetch(`${base}/api/v1/admin/editions`, { method: 'POST', headers, body: zip });
    return `/admin/editions/${(await answer.json()).id}`;
  })();
  return edition;
}

let tried;

/** The same edition, tried on the cases that were filed so far, once for all entries. */
function replayed() {
  tried ??= (async () => {
    const page = await uploaded();
    const path = `/api/v1${page}`;
    await api(national, 'POST', `${path}/replay`, { from: '2025-01-01T00:00:00+09:00', to: new Date().toISOString() });
    for (let state = 'running'; state === 'running';) { // the demo's worker tries a few cases in a moment
      state = (await api(national, 'GET', path)).body.replay.state;
    }
    return page;
  })();
  return tried;
}

const send = (selector) => async (page) => {
  await page.locator(selector).click();
  await page.waitForLoadState();
};

export async function fillProposal(page, how = quickly) {
  await how.select(page.locator('#rows-0-procedure'), 'child-allowance-claim');
  await how.select(page.locator('#rows-0-item'), '*');
  await how.select(page.locator('#rows-0-municipality'), '998036');
  await how.check(page.locator('input[name=phase-0][value=trial]'));
  for (const [part, text] of [['y', '2040'], ['m', '4'], ['d', '1'], ['t', '9:00']]) await how.type(page.locator(`#rows-0-from-${part}`), text);
  await how.type(page.locator('#reason'), '試行運用の結果が一致したため');
}

async function fillMessage(page) {
  for (const lang of ['ja', 'plain', 'en']) {
    await page.fill(`#title-${lang}`, 'お知らせ');
    await page.fill(`#text-${lang}`, '本文です。'.repeat(40));
  }
}

async function suspendWithoutReason(page) {
  await page.locator('button[value=preview]').click();
  await page.waitForSelector('#errors');
}

/** The look at what a stop of the whole country would hit, and the refusal to stop it before that was typed. */
async function stopTheCountry(page) {
  await page.selectOption('#procedure', '*');
  await page.selectOption('#item', 'pension');
  await page.selectOption('#municipality', '*');
  await page.fill('#reason', '回答に誤りがあったため');
  await page.locator('button[value=preview]').click();
  await page.locator('button[value=suspend]').click();
  await page.waitForSelector('#errors');
}

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'admin-briefings', as: 'admin-national-1', url: '/admin/briefings' },
  { name: 'admin-board', as: national, url: '/admin/phases' },
  { name: 'admin-board-own', as: municipal, url: '/admin/phases' },
  { name: 'admin-board-then', as: national, url: '/admin/phases?municipality=998028&at-y=2017&at-m=8&at-d=1' },
  { name: 'admin-timeline', as: national, url: async () => { await proposed('approve')(); return '/admin/phases/child-allowance-claim/resident-record?municipality=998036'; } },
  { name: 'admin-waiting', as: 'admin-national-2', url: async () => { await proposed()(); return '/admin/phase-changes?state=waiting'; } },
  { name: 'admin-proposal-ticked', as: national, url: '/admin/phase-changes/new?pair=child-allowance-claim/pension&pair=child-allowance-claim/resident-record&municipality=998028', states: { none: untick } },
  { name: 'admin-board-wrong-instant', as: national, url: '/admin/phases?at-y=2026&at-m=13&at-d=1', status: 422 },
  { name: 'admin-changes', as: national, url: async () => { await proposed()(); return '/admin/phase-changes'; } },
  { name: 'admin-changes-proposed', as: national, url: '/admin/phase-changes?state=proposed' },
  { name: 'admin-change-own', as: national, url: proposed() },
  { name: 'admin-change-to-approve', as: 'admin-national-2', url: proposed() },
  { name: 'admin-change-scheduled', as: national, url: proposed('approve') },
  { name: 'admin-change-cancelled', as: national, url: proposed('cancel') },
  { name: 'admin-proposal', as: national, url: '/admin/phase-changes/new', states: { error: send('button[value=preview]'), several: send('button[value=add]') } },
  { name: 'admin-proposal-own', as: municipal, url: '/admin/phase-changes/new?procedure=child-allowance-claim&item=resident-record&municipality=998010', states: { filled: fillOwn } },
  { name: 'admin-suspension', as: national, url: '/admin/suspensions/new', states: { error: suspendWithoutReason, country: stopTheCountry } },
  { name: 'admin-suspended', as: 'admin-national-2', url: suspended },
  { name: 'admin-checks', as: national, url: '/admin/checks' },
  { name: 'admin-checks-own', as: municipal, url: '/admin/checks' },
  { name: 'admin-editions', as: national, url: async () => { await uploaded(); return '/admin/editions'; } },
  { name: 'admin-edition', as: national, url: uploaded, states: { error: send('section form[action$="/propose"] button') } },
  { name: 'admin-edition-replayed', as: 'admin-national-2', url: replayed, states: { period: send('section details summary') } },
  { name: 'admin-edition-new', as: national, url: '/admin/editions/new', states: { error: send('main form button') } },
  { name: 'admin-circulars', as: national, url: '/admin/circulars' },
  { name: 'admin-circular-new', as: national, url: '/admin/circulars/new', states: { error: send('main form button') } },
  { name: 'admin-readiness', as: national, url: '/admin/readiness' },
  { name: 'admin-readiness-pair', as: municipal, url: '/admin/readiness?procedure=child-allowance-claim&item=resident-record' },
  { name: 'admin-readiness-country', as: 'auditor', url: '/admin/readiness?procedure=child-allowance-claim&item=resident-record' },
  { name: 'admin-more', as: municipal, url: '/admin/more' },
  { name: 'admin-core-systems', as: municipal, url: '/admin/core-systems', states: { error: send('form.card button') } },
  { name: 'admin-sessions', as: municipal, url: '/admin/sessions' },
  { name: 'admin-broadcasts', as: municipal, url: async () => { await sent(); return '/admin/broadcasts'; } },
  { name: 'admin-broadcast', as: municipal, url: sent },
  {
    name: 'admin-broadcast-new', as: municipal, url: '/admin/broadcasts/new',
    states: { error: send('button[value=preview]'), filled: fillMessage, check: async (page) => { await fillMessage(page); await send('button[value=preview]')(page); } },
  },
  { name: 'admin-settings', as: municipal, url: '/admin/settings' },
  { name: 'admin-settings-choose', as: national, url: '/admin/settings' },
  { name: 'admin-settings-office', as: municipal, url: '/admin/settings/998010/office', states: { error: async (page) => { await page.fill('#telephone', ''); await send('main form button')(page); } } },
  { name: 'admin-settings-letters', as: municipal, url: '/admin/settings/998010/letters', states: { error: async (page) => { await page.fill('#appeal', '○○市長に対して'); await send('main form button')(page); } } },
  { name: 'admin-settings-texts', as: municipal, url: '/admin/settings/998010/texts' },
  { name: 'admin-settings-text', as: municipal, url: '/admin/settings/998010/texts/new?kind=correction', states: { error: async (page) => { await page.fill('#text', '{名前}様'); await send('button[value=save]')(page); } } },
  { name: 'admin-settings-procedure', as: municipal, url: '/admin/settings/998010/procedures/child-allowance-claim', states: { preview: send('button[value=preview]') } },
  { name: 'admin-settings-closed-days', as: municipal, url: '/admin/settings/998010/closed-days' },
  { name: 'admin-grants', as: municipal, url: '/admin/grants', states: { error: send('form[action="/admin/grants"] button') } },
  { name: 'admin-snippets', as: municipal, url: '/admin/snippets' },
  { name: 'audit-search', as: 'auditor', url: '/audit' },
  { name: 'audit-found', as: 'auditor', url: '/audit?role=national' },
  { name: 'audit-nothing', as: 'auditor', url: '/audit?action=never-done' },
  { name: 'audit-wrong', as: 'auditor', url: '/audit?actor=x&case=1', status: 422 },
  { name: 'audit-seals', as: 'auditor', url: '/audit/seals', states: { verified: send('main form button') } },
  { name: 'audit-entry', as: 'auditor', url: anEntry },
  { name: 'guidance-all', url: '/guide/998028' },
  { name: 'guidance-procedure', url: '/guide/998028/child-allowance-claim' },
  { name: 'guidance-embedded', url: '/embed/998028/child-allowance-claim' },
  { name: 'guidance-not-there', url: '/guide/999999', status: 404 },
];

/** Nothing is left of what was ticked, and a circular is half registered. */
async function untick(page) {
  for (const box of await page.locator('input[name=pair-0]').all()) await box.uncheck();
  await page.locator('main details summary').click();
  await page.fill('#number', '府番第1号');
  await page.locator('button[value=register]').click();
  await page.waitForSelector('#errors');
}

async function fillOwn(page) {
  await page.locator('input[name=phase-0][value=full]').check();
  await page.fill('#reason', '試行運用の結果が一致したため。'.repeat(30));
}

async function anEntry() {
  const answer = await fetch(`${base}/api/v1/audit?limit=1`, { headers: { Authorization: `Bearer ${await token('auditor')}` } });
  return `/audit/entries/${(await answer.json()).items[0].id}`;
}

