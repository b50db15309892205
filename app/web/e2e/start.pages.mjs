// The start page, and the sign-in pages of the demo's provider, which are ours too.

/** Asks the site to begin a sign-in and gives the address that the provider shows it at. */
async function beginSignIn(page) {
  await page.goto('/auth/login?return=/');
  return page.url();
}

/** The second step, which staff see. */
async function codePage(page) {
  await beginSignIn(page);
  await page.locator('button[value=reviewer-hinata-1]').click();
  await page.locator('#code').waitFor();
  return page.url();
}

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'start', url: '/' },
  { name: 'provider-people', open: beginSignIn },
  { name: 'provider-code', open: codePage, states: { error: sendWrongCode } },
];

async function sendWrongCode(page) {
  await page.locator('#code').fill('0');
  await page.locator('form:has(#code) button[type=submit]').click();
  await page.locator('[role=alert]').waitFor();
}
