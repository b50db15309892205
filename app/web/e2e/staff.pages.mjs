// The reviewer's pages.

import { claimOnTrial } from './review.mjs';

const reviewer = 'reviewer-minato';

let filed;

/** One case for all entries. */
function theCase() {
  filed ??= claimOnTrial();
  return filed;
}

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'staff-queue', as: reviewer, url: async () => { await theCase(); return '/staff/queue'; } },
  { name: 'staff-queue-none', as: reviewer, url: '/staff/queue?q=%E3%83%8A%E3%82%A4%E3%83%8E&flag=urgent' },
  { name: 'staff-case', as: reviewer, url: async () => `/staff/cases/${await theCase()}` },
  { name: 'staff-item', as: reviewer, url: async () => `/staff/cases/${await theCase()}/items/household-resident-record/child-1` },
  { name: 'staff-case-not-there', as: reviewer, url: '/staff/cases/00000000-0000-7000-8000-000000000000', status: 404 },
];
