// A postal code begins an address, which stays the person's own.

import assert from 'node:assert/strict';
import { drafted, example } from './claimant.mjs';
import { axe, scene, signIn } from './harness.mjs';

scene('a postal code begins the address, and what was typed is never replaced', { at: ['desktop', 'phone'] }, async ({ page, freshParent }) => {
  const parent = freshParent();
  await signIn(page, parent);
  const content = await example('child-allowance-claim', '998010');
  delete content.form.applicant.address;
  delete content.form.applicant.postal_code;
  const path = await drafted(parent, content);
  await page.goto(`${path}/form/applicant`);
  const code = page.locator('[name="form.applicant.postal_code"]');
  const address = page.locator('[name="form.applicant.address"]');
  const type = async (text) => {
    const answer = page.waitForResponse(/\/postal-codes\//);
    await code.fill(text);
    await code.blur();
    await (await answer).finished();
  };
  const said = page.locator('[data-filled]');

  await type('９９８－０００１');
  await said.getByText('続きを入力').waitFor();
  assert.equal(await address.inputValue(), 'ひなた市あおば町');
  await axe(page);

  await type('998-0002'); // corrected before anything was typed
  await page.waitForFunction(() => document.querySelector('[name="form.applicant.address"]').value === 'みなと町なみ');
  await address.fill('みなと町なみ1番地');
  await code.fill('998-0001');
  await code.blur();
  assert.equal(await address.inputValue(), 'みなと町なみ1番地');

  await address.fill('');
  await type('998-0003'); // has two towns: nobody's address begins with a neighbour's
  await page.waitForFunction(() => document.querySelector('[name="form.applicant.address"]').value === 'ひなた市');
  await type('999-9999');
  await page.waitForFunction(() => document.querySelector('[name="form.applicant.address"]').value === '');
  assert.equal(await said.innerText(), '');
});
