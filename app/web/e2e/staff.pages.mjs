// The reviewer's pages.

import { api } from './harness.mjs';
import { claimAnswered, claimOfUnknown, claimOnTrial, counterDraft, readBriefing } from './review.mjs';

const reviewer = 'reviewer-minato';

let filed;

/** One case for all entries. */
function theCase() {
  filed ??= claimOnTrial();
  return filed;
}

let answered;

/** One case with an answer that the reviewer may not see yet, for all entries: its document was not read (R3). */
function theAnswered() {
  answered ??= claimAnswered(reviewer);
  return answered;
}

let unknown;

/** One case whose child the directory does not know, for all entries. */
function theUnknown() {
  unknown ??= claimOfUnknown(reviewer);
  return unknown;
}

let intake;

/** A page of one such draft, for all entries. */
const counter = (step) => after(async () => `${await (intake ??= counterDraft(reviewer))}/${step}`);

/** A request to confirm that another body made. */
async function request() {
  const { body } = await api(reviewer, 'POST', '/api/v1/review/provider-requests', {
    inquirer: 'もり村', item: 'resident-record', resident: 'H0001234', question: '転入の日が、書類では4月1日、回答では3月31日です。どちらが正しいか確かめてください。' });
  return `/staff/provider-requests/${body.id}`;
}

let asked;

/** Sends a form as it is: what it lacks is named. */
const sendEmpty = (form) => async (page) => {
  await page.locator(`${form} button`).first().click();
  await page.locator('#errors').waitFor();
};

/** Opens a folded part with all that is folded in it. */
const unfold = (part) => (page) => page.locator(part).evaluate((top) => {
  for (const one of [top, ...top.querySelectorAll('details')]) one.open = true;
});

/** An address that is shown once the briefing was read. */
const after = (address) => async (page) => {
  await readBriefing(page);
  return address();
};

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'staff-queue', as: reviewer, open: after(async () => { await theCase(); return '/staff/queue'; }) },
  { name: 'staff-queue-sorted', as: reviewer, open: after(async () => { await theCase(); return '/staff/queue?sort=-due&flag=unclaimed&select=all'; }), states: { narrow: unfold('.folds details:first-child') } },
  { name: 'staff-briefing', as: reviewer, url: '/staff/briefing' },
  { name: 'staff-queue-none', as: reviewer, open: after(() => '/staff/queue?q=%E3%83%8A%E3%82%A4%E3%83%8E&flag=urgent') },
  { name: 'staff-people', as: reviewer, open: after(() => '/staff/people') },
  { name: 'staff-letters', as: reviewer, open: after(() => '/staff/letters') },
  { name: 'staff-board', as: reviewer, open: after(() => '/staff/board') },
  { name: 'staff-take-over', as: reviewer, open: after(async () => `/staff/cases/${await theCase()}/take-over`) },
  { name: 'staff-case', as: reviewer, open: after(async () => `/staff/cases/${await theCase()}`), states: { why: unfold('#why') } },
  { name: 'staff-item', as: reviewer, open: after(async () => `/staff/cases/${await theCase()}/items/household-resident-record/child-1`) },
  { name: 'staff-resident', as: reviewer, open: after(async () => `/staff/cases/${await theUnknown()}/residents/child-1`), states: { error: sendEmpty('form[method=post]:has(#resident)') } },
  { name: 'staff-records', as: reviewer, open: after(async () => `/staff/cases/${await theAnswered()}/records`) },
  { name: 'staff-item-answered', as: reviewer, open: after(async () => `/staff/cases/${await theAnswered()}/items/household-resident-record/child-1`) },
  { name: 'mine-accesses-many', as: 'parent-1', url: async () => { await theAnswered(); return '/me/accesses'; } },
  { name: 'mine-records-many', as: 'parent-1', url: async () => { await theAnswered(); return '/me/records'; } },
  { name: 'staff-counter', as: reviewer, open: after(async () => { await (intake ??= counterDraft(reviewer)); return '/staff/counter'; }) },
  { name: 'staff-counter-new', as: reviewer, open: after(() => '/staff/counter/new?procedure=child-allowance-claim'), states: { error: sendEmpty('form[action="/staff/counter"]') } },
  { name: 'staff-counter-form', as: reviewer, open: counter('form') },
  { name: 'staff-counter-scans', as: reviewer, open: counter('scans') },
  { name: 'staff-counter-papers', as: reviewer, open: counter('papers') },
  { name: 'staff-requests', as: reviewer, open: after(async () => { await (asked ??= request()); return '/staff/provider-requests'; }), states: { error: sendEmpty('form[action="/staff/provider-requests"]') } },
  { name: 'staff-request', as: reviewer, open: after(() => (asked ??= request())) },
  { name: 'staff-reassessments', as: reviewer, open: after(() => '/staff/reassessments') },
  { name: 'staff-reassessments-none', as: reviewer, open: after(() => '/staff/reassessments/list?procedure=x&document=x&direction=too-much'), status: 404 },
  { name: 'staff-intake', as: reviewer, open: after(() => '/staff/intake') },
  { name: 'staff-exports', as: reviewer, open: after(() => '/staff/exports') },
  { name: 'staff-case-not-there', as: reviewer, open: after(() => '/staff/cases/00000000-0000-7000-8000-000000000000'), status: 404 },
];
