// The reviewer's pages.

import { claimOnTrial, readBriefing } from './review.mjs';

const reviewer = 'reviewer-minato';

let filed;

/** One case for all entries. */
function theCase() {
  filed ??= claimOnTrial();
  return filed;
}

/** An address that is shown once the briefing was read. */
const after = (address) => async (page) => {
  await readBriefing(page);
  return address();
};

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'staff-queue', as: reviewer, open: after(async () => { await theCase(); return '/staff/queue'; }) },
  { name: 'staff-briefing', as: reviewer, url: '/staff/briefing' },
  { name: 'staff-queue-none', as: reviewer, open: after(() => '/staff/queue?q=%E3%83%8A%E3%82%A4%E3%83%8E&flag=urgent') },
  { name: 'staff-case', as: reviewer, open: after(async () => `/staff/cases/${await theCase()}`) },
  { name: 'staff-item', as: reviewer, open: after(async () => `/staff/cases/${await theCase()}/items/household-resident-record/child-1`) },
  { name: 'staff-case-not-there', as: reviewer, open: after(() => '/staff/cases/00000000-0000-7000-8000-000000000000'), status: 404 },
];
