// What belongs to a parent: applications, messages, who asked for what, consents, hand-overs.

import { api, base } from './harness.mjs';

const parent = 'parent-2';

/** A complete and valid case of a procedure, as the API gives it. */
async function example(procedure, municipality) {
  const { body } = await api(null, 'GET', `/api/v1/procedures/${procedure}?municipality=${municipality}`);
  return { procedure, municipality, facts: body.example.facts, form: body.example.form };
}

let filing;

/** A filed application, once for all entries. */
function filed() {
  filing ??= example('pregnancy-notification', '998010')
    .then((draft) => api(parent, 'POST', '/api/v1/filings', { ...draft, consents: [], declarations: [], on_duplicate: 'separate' }))
    .then(({ body }) => `/applications/${body.id}`);
  return filing;
}

let begun;

/** A draft, once for all entries. */
function draft() {
  begun ??= example('childcare-certification', '998010')
    .then((content) => api(parent, 'POST', '/api/v1/applications', content))
    .then(({ body }) => `/applications/${body.id}`);
  return begun;
}

let told;

/** The inbox with a message as long as they come, and with words that no line holds; once for all windows. */
function longMessage() {
  told ??= filed().then(async () => {
    const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft https://www.city.hinata.example/kosodate/ninshin/todokede/madoguchi-no-annai-2026.html';
    const title = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten';
    await api('admin-hinata-1', 'POST', '/api/v1/admin/broadcasts', { procedure: 'pregnancy-notification',
      title: { ja: `妊婦健診の受診券について ${title}`, plain: `お知らせ ${title}`, en: title },
      text: { ja: `${'受診券は窓口でお渡しします。'.repeat(60)}\n${word}`, plain: `${'紙は 窓口で わたします。'.repeat(60)}\n${word}`, en: `${'You get the vouchers at the counter. '.repeat(30)}\n${word}` } });
    for (let i = 0; i < 400; i++) if (JSON.stringify((await api(parent, 'GET', '/api/v1/messages')).body).includes(title)) break;
    return '/messages';
  });
  return told;
}

/** A link that another site gives a parent: its path. */
async function link(path, body) {
  const { body: made } = await api('partner', 'POST', path, body);
  return made.url.replace(base, '');
}

const wish = { item: 'vaccination', purpose: '次の予防接種の時期をお知らせするため', until: '2027-03-31T23:59:59+09:00' };

/** @type {import('./pages.mjs').Entry[]} */
export default [
  { name: 'mine-none', as: 'load-0999', url: '/applications' },
  { name: 'mine-list', as: parent, url: async () => { await filed(); await draft(); return '/applications'; } },
  { name: 'mine-filed', as: parent, url: filed },
  { name: 'mine-draft', as: parent, url: draft },
  { name: 'mine-delete', as: parent, url: async () => `${await draft()}/delete` },
  { name: 'mine-withdraw', as: parent, url: async () => `${await filed()}/withdraw`, states: { error: withdrawWithNumber } },
  { name: 'mine-messages', as: parent, url: longMessage },
  { name: 'mine-me', as: parent, url: '/me' },
  { name: 'mine-accesses', as: parent, url: '/me/accesses' },
  { name: 'mine-records', as: parent, url: '/me/records' },
  { name: 'mine-information', as: parent, url: '/me/information' },
  { name: 'mine-information-found', as: parent, url: '/me/information?item=local-tax' },
  { name: 'mine-settings', as: parent, url: '/me/settings', states: { error: wantMailWithoutAddress } },
  { name: 'mine-consents', as: parent, url: '/me/consents' },
  { name: 'mine-handover', as: parent, url: async () => link('/api/v1/handovers', await example('pregnancy-notification', '998028')) },
  { name: 'mine-wish', as: parent, url: () => link('/api/v1/share-requests', wish) },
  { name: 'mine-not-there', as: parent, url: '/applications/00000000-0000-7000-8000-000000000000', status: 404 },
];

async function withdrawWithNumber(page) {
  await page.locator('#reason').fill('個人番号は 1234 5678 9018 です');
  await page.locator('main button.danger').click();
  await page.locator('#errors').waitFor();
}

async function wantMailWithoutAddress(page) {
  await page.locator('input[name=wants_mail][value=yes]').check();
  await page.locator('main form button').click();
  await page.locator('#errors').waitFor();
}
