// The pages that everybody may see.

const tell = (page) => page.click('form[action$="#documents"] .actions button');

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'public-found', url: '/procedures?municipality=998010&category=childcare' },
  { name: 'public-found-all', url: '/procedures' },
  { name: 'public-found-none', url: '/procedures?q=zzzz' },
  { name: 'public-found-no-date', url: '/procedures?birth-y=x&birth-m=1&birth-d=1', status: 422 },
  { name: 'public-edition-history', url: '/edition-history' },
  { name: 'public-procedure', url: '/procedures/child-allowance-claim' },
  { name: 'public-procedure-trial', url: '/procedures/child-allowance-claim?municipality=998028', states: { told: tell } },
  { name: 'public-procedure-full', url: '/procedures/childcare-certification?municipality=998010' },
  { name: 'public-procedure-suspended', url: '/procedures/child-allowance-claim?municipality=998036' },
  { name: 'public-history', url: '/phase-history' },
  { name: 'public-history-place', url: '/phase-history?municipality=998010' },
  { name: 'public-help', url: '/help' },
  { name: 'public-guide-clerk', url: '/help/clerk', langs: ['ja', 'en'] },
  { name: 'public-guide-admin', url: '/help/admin', langs: ['ja'] },
  { name: 'public-runbook', url: '/help/runbook', langs: ['ja'] },
  { name: 'sign-in', url: '/sign-in?return=/applications' },
  { name: 'signed-in', url: '/signed-in' },
  { name: 'not-found', url: '/nothing', status: 404 },
];
