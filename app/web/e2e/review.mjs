// Cases for the reviewer's tests: filed with みなと町, which is held at trial, so that documents are attached and compared.

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { api } from './harness.mjs';

/** The smallest PDF that has a page. */
const pdf = new TextEncoder().encode('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n'
  + '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');

/** What the parent answers in the place of a paper. */
export const statement = {
  child_name: '日向 空', apart_since: '2025-04-01', reason: 'school', living_with: '学校の寮', contact: '毎週電話で話し、月に1回帰宅する', support: '毎月5万円を送金している',
};

/** Lets a claim's child live elsewhere: where its item is on trial its resident record is asked for. */
export const livesElsewhere = ({ facts }) => Object.assign(facts.children[0], { lives_with_applicant: false, studying_abroad: false, municipality: '131016' });

/**
 * Waits until staff see a case that was just filed: the directory is asked first whether somebody in it is protected.
 * @returns {Promise<string>} its id
 */
export async function seen(id, reviewer = 'reviewer-minato') {
  for (const end = Date.now() + 60_000; Date.now() < end; await setTimeout(100)) {
    const { status } = await api(reviewer, 'GET', `/api/v1/review/applications/${id}`, undefined, { 'allow-status': 404 });
    if (status === 200) return id;
  }
  throw new Error(`${reviewer} was not shown the case within a minute`);
}

/**
 * A case of parent-1 with every document that the trial asks for.
 * @param {string} procedure
 * @param {(content: {facts: object, form: object, consents: string[]}) => void} [change] of what is filed
 * @returns {Promise<string>} its id
 */
export async function filedOnTrial(procedure, change = () => {}) {
  const { body: offered } = await api(null, 'GET', `/api/v1/procedures/${procedure}?municipality=998028`);
  const { facts, form } = offered.example;
  const content = { procedure, municipality: '998028', facts, form, consents: [], on_duplicate: 'separate' };
  change(content);
  const { body: draft } = await api('parent-1', 'POST', '/api/v1/applications', content);
  for (const { document, subject, decision } of draft.plan.documents) {
    if (decision !== 'attach') continue;
    if (document === 'separate-custody-statement') { // written on the screen
      await api('parent-1', 'PUT', `/api/v1/applications/${draft.id}/documents/${document}/${subject}/statement`, { answers: statement });
      continue;
    }
    await api('parent-1', 'PUT', `/api/v1/applications/${draft.id}/documents/${document}/${subject}/files/${encodeURIComponent(`書類 ${randomUUID().slice(0, 6)}`)}.pdf`, pdf);
  }
  await api('parent-1', 'POST', `/api/v1/applications/${draft.id}/file`, {});
  return seen(draft.id);
}

/** A claim of parent-1 whose child lives elsewhere, with both documents that the trial asks for. */
export const claimOnTrial = (change = () => {}) => filedOnTrial('child-allowance-claim', (content) => {
  livesElsewhere(content);
  change(content);
});

/** Waits until every paper of a case can be read: its scans and pictures are done. @param {number} [minutes] at most @returns its id */
export async function readable(reviewer, id, minutes = 1) {
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; await setTimeout(100)) { // to ask without a pause would keep the worker from it
    const { body } = await api(reviewer, 'GET', `/api/v1/review/applications/${id}`);
    if (body.items.every((item) => item.files.length && item.files.every((file) => file.view === 'ready'))) return id;
  }
  throw new Error(`the pictures were not ready within ${minutes} min`);
}

/** Reads the staff briefing, if the reviewer has not done so: before that no case is shown (R16). */
export async function readBriefing(page) {
  await page.goto('/staff/briefing');
  const confirm = page.locator('form[action="/staff/briefing"] button');
  if (await confirm.count()) await confirm.click();
}

/** Takes a case into review through the API. @returns {Promise<{path: string, fence: {Fence: string}}>} */
async function accepted(reviewer, id) {
  const path = `/api/v1/review/applications/${id}`;
  const { body: claim } = await api(reviewer, 'POST', `${path}/claim`);
  const fence = { Fence: String(claim.fence) };
  await api(reviewer, 'POST', `${path}/accept`, undefined, fence);
  return { path, fence };
}

/** A claim whose child no directory knows, in review by a person who asked the network in vain. @returns its id */
export async function claimOfUnknown(reviewer) {
  const id = await claimOnTrial(({ form }) => { form.children[0].given_kana = 'シラヌイ'; });
  const { path, fence } = await accepted(reviewer, id);
  await api(reviewer, 'POST', `${path}/inquiries`, {}, { ...fence, 'allow-status': 409 });
  return id;
}

/** A claim about which the network was asked and has answered. @returns its id */
export async function claimAnswered(reviewer) {
  const id = await claimOnTrial();
  const { path, fence } = await accepted(reviewer, id);
  await api(reviewer, 'POST', `${path}/inquiries`, { document: 'household-resident-record', subject: 'child-1' }, fence);
  for (const end = Date.now() + 30_000; Date.now() < end;) if ((await api(reviewer, 'GET', `${path}/records`)).body.items.length) return id;
  throw new Error('the network did not answer in half a minute');
}

/** Waits until what was sent is answered: with a script the page stays, and what it shows is another. */
export async function answeredBy(page, act) {
  await page.locator('[data-bench]').evaluate((e) => { e.dataset.before = 'yes'; });
  await act();
  await page.locator('[data-bench]:not([data-before])').waitFor({ timeout: 20_000 });
}

/** A draft of the counter that has everything but its papers. */
export async function counterDraft(reviewer = 'reviewer-minato') {
  const { body: procedure } = await api(null, 'GET', '/api/v1/procedures/child-allowance-claim?municipality=998028');
  const { facts } = procedure.example;
  livesElsewhere({ facts });
  const { body: draft } = await api(reviewer, 'POST', '/api/v1/review/counter-applications', {
    procedure: 'child-allowance-claim', facts, form: procedure.example.form,
    applicant: procedure.example.form.applicant, identity: { kind: 'passport', checked_at: new Date().toISOString() } });
  return `/staff/counter/${draft.id}`;
}
