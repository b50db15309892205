// A clerk's day: cases of five procedures, worked one after the other as they come. It prints cases an hour and the time of a page.
// Five cases each time; a whole day by one command:
//
//   ONESTOP_E2E_DAY=80 go test -count=1 -timeout 60m -v ./app/web/e2e -run 'TestPages/day$'

import assert from 'node:assert/strict';
import { api, scene } from './harness.mjs';
import { answeredBy, filedOnTrial, livesElsewhere, readable, readBriefing } from './review.mjs';

const cases = Number(process.env.ONESTOP_E2E_DAY ?? 5);
const clerk = 'reviewer-minato';

/** What each procedure's case is made of, so that a paper has to be compared. */
const procedures = {
  'child-allowance-claim': livesElsewhere,
  'child-allowance-revision': livesElsewhere,
  'child-allowance-change': livesElsewhere,
  'childcare-enrolment': ({ facts, consents }) => { facts.guardians[0].jan1_municipality = '131016'; consents.push('local-tax/guardian-1'); },
  'single-parent-claim': ({ facts, consents }) => { facts.applicant.jan1_municipality = '131016'; consents.push('local-tax/applicant'); },
};

/** What the papers of the example family say, as papers print it. */
const printed = {
  family_name_kana: 'ヒナタ ソラ', address: 'ひなた市あおば町１−２−３', municipal_income_levy: '￥126,000', dependants: '１人', total_income: '3,200,000円', deductions: '1,100,000', head_of_register: '日向　花子',
};

const percentile = (all, p) => [...all].sort((a, b) => a - b)[Math.max(0, Math.ceil((all.length * p) / 100) - 1)];

/** Reads the papers of the case that is open, until it may be decided. */
async function readPapers(page, act) {
  const read = page.locator('form[action$="/read"]');
  const approve = page.locator('.casebar [data-key=a]');
  for (const end = Date.now() + 90_000; Date.now() < end;) {
    await read.or(approve).first().waitFor({ timeout: 60_000 });
    if (await approve.isVisible()) return;
    for (const field of await read.locator('input[name^="facts."]').all()) {
      const value = printed[(await field.getAttribute('name')).slice(6)];
      if (value) await field.fill(value);
    }
    await read.locator('[name=eligible][value=yes]').check();
    if (await read.locator('[name=amount]').count()) await read.locator('[name=amount]').fill('126000');
    await act(() => read.locator('button').last().click());
    assert.equal(await page.locator('#errors').count(), 0, String(await page.locator('#errors').allInnerTexts()));
  }
  throw new Error('the case cannot be decided');
}

scene(`${cases} cases of five procedures are worked one after the other`, { as: clerk, timeout: 120_000 + cases * 30_000 }, async ({ page }) => {
  const names = Object.keys(procedures);
  const ours = [];
  for (let n = 0; n < cases; n++) ours.push(await filedOnTrial(names[n % names.length], procedures[names[n % names.length]]));
  for (const id of ours) await readable(clerk, id, 10);
  await readBriefing(page);
  const took = [];
  const timed = async (until) => {
    const begin = performance.now();
    await until();
    took.push(performance.now() - begin);
  };
  const act = (send) => timed(() => answeredBy(page, send));
  const open = async (id) => {
    await timed(() => page.goto(`/staff/cases/${id}`));
    await act(() => page.locator('[data-key=c]').click());
  };
  const here = () => ours.find((id) => page.url().includes(id));
  const left = new Set(ours);
  const begin = performance.now();
  let followed = 0;
  await open(ours[0]);
  while (left.size) {
    const id = here();
    await readPapers(page, act);
    await page.locator('.casebar [data-key=a]').click();
    await page.locator('.undo .letter').waitFor();
    await timed(async () => {
      await page.locator('.undo button').last().click();
      await page.locator('main .good', { hasText: 'を決定しました' }).waitFor(); // the next case, or the list if there is none
    });
    left.delete(id);
    if (left.has(here())) followed++;
    else if (left.size) await open([...left][0]); // the next one of the office is none of this day's
  }
  const hours = (performance.now() - begin) / 3_600_000;
  console.log(`${cases} cases: ${Math.round(cases / hours)} an hour; a page ${Math.round(percentile(took, 50))} ms, p95 ${Math.round(percentile(took, 95))} ms (${took.length}); `
    + `${followed} opened by themselves`);
  for (const id of ours) assert.equal((await api(clerk, 'GET', `/api/v1/review/applications/${id}`)).body.state, 'decided');
});
