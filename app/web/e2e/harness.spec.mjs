// The harness itself: each check must fail on a page that has the fault. A check that never fails checks nothing.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test as plainTest } from 'node:test';
import {
  api, axe, byKeyboard, collect, cut, cutAt, freshParent, mend, noSidewaysScroll, openContext, ringVisible, scene, signIn, tabInto, throttle, transferred,
  typist, wellNamed,
} from './harness.mjs';

const test = (name, fn) => plainTest(name, { timeout: 60_000 }, fn);

const whole = (body, head = '') => `<!DOCTYPE html><html lang="ja"><head><title>試験</title><meta name="viewport" content="width=device-width">${head}</head><body><main><h1>試験</h1>${body}</main></body></html>`;

const plain = {
  '/good': whole('<p>よいページ</p><a href="/next">次へ</a><form><label>名前 <input name="n" value="前"></label><p><input type="checkbox" id="c"><label for="c">同意</label></p>'
    + '<fieldset><legend>どれ</legend><label><input type="radio" name="r" checked>一</label><label><input type="radio" name="r">二</label></fieldset></form>',
  '<style>:focus-visible{outline:4px solid #000}input,a{min-height:2rem}</style>'),
  '/next': whole('<p>次のページ</p>'),
  '/bad-axe': whole('<input name="unlabelled"><p style="color:#bbb;background:#fff">うすい</p>'),
  '/wide': whole('<div style="width:900px">はみ出す</div>'),
  '/wide-box': whole('<div style="overflow-x:auto" tabindex="0"><div style="width:900px">中だけ動く</div></div>'),
  '/no-ring': whole('<a href="/next">次へ</a>', '<style>a:focus{outline:none}</style>'),
  '/unnamed': '<!DOCTYPE html><html lang="en"><title> </title><h1>a</h1><h1>b</h1>',
  '/heavy': whole(`<p>${'あ'.repeat(25_000)}</p>`),
  '/strict': whole('<script>document.title = "never"</script><p>よい</p>'),
  '/throws': whole('<script>setTimeout(() => { throw new Error("nobody caught this"); })</script>'),
  '/missing-file': whole('<img src="/none.png" alt="">'),
  '/up': whole('<p>送る</p>'),
};

let server;
let taken = 0; // bytes that /take was sent
let site;
before(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    if (pathname === '/take') {
      request.on('data', (chunk) => { taken += chunk.length; }).on('end', () => response.end('ok')).on('error', () => response.destroy());
      return;
    }
    const page = plain[pathname];
    if (pathname === '/strict') response.setHeader('Content-Security-Policy', "default-src 'none'");
    response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' }).end(page ?? 'none');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  site = `http://127.0.0.1:${server.address().port}`;
});
after(() => { server.closeAllConnections(); server.close(); });

async function opened(path, fn, settings = {}) {
  const context = await openContext(settings);
  const watch = collect(context);
  try {
    const page = await context.newPage();
    if (path) await page.goto(site + path);
    await fn(page, watch);
  } finally {
    await context.close();
  }
}

test('axe finds a field without a label and pale text, also on a phone and without script', async () => {
  for (const settings of [{}, { view: 'phone' }, { script: false }])
    await opened('/bad-axe', (page) => assert.rejects(axe(page), (e) => /label \(/.test(e.message) && /color-contrast/.test(e.message)), settings);
  await opened('/good', (page) => axe(page));
  await opened('/throws', async (page, { problems }) => { // still off after it
    await axe(page);
    await page.reload();
    assert.deepEqual(problems, []);
  }, { script: false });
});

test('axe runs under the strictest policy and leaves it as it is', () => opened('/strict', async (page, { problems }) => {
  await axe(page);
  assert.equal(await page.title(), '試験');
  assert.match(problems.join(), /Content Security Policy/);
  assert.equal(problems.length, 1);
}));

test('sideways scrolling is found, but not in a box that scrolls by itself', async () => {
  for (const view of ['desktop', 'phone']) {
    await opened('/wide', (page) => assert.rejects(noSidewaysScroll(page), /はみ出す/), { view });
    await opened('/wide-box', (page) => noSidewaysScroll(page), { view });
  }
});

test('a page without a title and with two h1 is not well named', () => opened('/unnamed', (page) => assert.rejects(wellNamed(page, 'en'), /no title/)));

test('a heavy first load is found, and counted as often as it is loaded', () => opened('', async (page) => {
  await assert.rejects(transferred(page, `${site}/heavy`), /75\d\d\d bytes/);
  const first = await transferred(page, `${site}/good`);
  const second = await transferred(page, `${site}/good`);
  assert.equal(first.bytes, second.bytes);
  assert.ok(first.bytes > 500);
}));

test('exceptions, breaches and missing files are collected', async () => {
  for (const [path, pattern] of [['/throws', /nobody caught this/], ['/missing-file', /none\.png answered 404/], ['/strict', /Content Security Policy/]])
    await opened(path, async (page, { problems }) => {
      await page.waitForFunction(() => true, undefined, { polling: 'raf' });
      assert.match(problems.join('\n'), pattern);
    });
});

test('keys move as for a person, and a focus nobody sees is found', async () => {
  await opened('/good', async (page) => {
    const keys = byKeyboard(page);
    await keys.type(page.locator('[name=n]'), '後');
    assert.equal(await page.locator('[name=n]').inputValue(), '後');
    await keys.check(page.locator('#c'));
    assert.ok(await page.locator('#c').isChecked());
    await keys.check(page.locator('[type=radio]').nth(1));
    assert.ok(await page.locator('[type=radio]').nth(1).isChecked());
    await assert.rejects(tabInto(page, page.locator('#not-there'), { most: 5 }), /never came to/);
    await keys.press(page.locator('a', { hasText: /^次/ }));
    await page.waitForURL('**/next');
    await assert.rejects(ringVisible(page), /nothing has the focus/);
  });
  await opened('/no-ring', (page) => assert.rejects(tabInto(page, page.getByText('次へ')), /no focus ring/));
});

test('the typist counts pages and reckons time', () => opened('/good', async (page) => {
  const person = typist(page);
  await person.type(page.locator('[name=n]'), 'あ'.repeat(30));
  await person.press(page.locator('a'));
  await page.waitForURL('**/next');
  const { pages, seconds } = person.count();
  assert.equal(pages, 2);
  assert.ok(seconds >= 15 && seconds < 25, `${seconds} s`);
  assert.throws(() => person.within({ pages: 1 }), /2 pages, more than 1/);
  assert.throws(() => person.within({ seconds: 10 }), /more than 10 s/);
  person.within();
}));

test('a line can be slow, be cut in the middle of a request, and be joined again', () => opened('/up', async (page) => {
  const send = (bytes) => page.evaluate((n) => fetch('/take', { method: 'POST', body: new Uint8Array(n) }).then((r) => r.text(), (e) => `failed: ${e.message}`), bytes);
  throttle(page, { up: 8000, latency: 0 });
  const from = performance.now();
  assert.equal(await send(1_000_000), 'ok');
  assert.ok(performance.now() - from > 900, 'a million bytes at a million a second took less than a second');
  const { done } = cutAt(page, /\/take$/, { nth: 2, after: 500_000 });
  assert.equal(await send(10), 'ok');
  const before = taken;
  assert.match(await send(2_000_000), /failed/);
  await done;
  assert.ok(taken > before && taken < before + 1_500_000, `${taken - before} bytes came through`);
  assert.equal(await page.evaluate(() => navigator.onLine), false);
  await mend(page);
  assert.equal(await send(1000), 'ok');
  await cut(page);
  assert.match(await send(10), /failed/);
}, { line: true }));

scene('a parent and a reviewer sign in through the provider', { at: ['desktop', 'phone'], as: 'parent-1' }, async ({ page, window }) => {
  const who = async (p) => (await p.request.get('/api/v1/me')).json(); // with the window's cookies
  const parent = await who(page);
  const { page: other } = await window({ as: 'reviewer-hinata-1' });
  const reviewer = await who(other);
  assert.notEqual(JSON.stringify(parent), JSON.stringify(reviewer));
  assert.equal((await other.request.get('/api/v1/me')).status(), 200);
});

scene('signing in needs no JavaScript, and every parent for load can', { script: false }, async ({ page }) => {
  await signIn(page, freshParent());
  assert.equal((await page.request.get('/api/v1/me')).status(), 200);
});

test('data are prepared by the API, and a failure does not go unseen', async () => {
  const me = await api('parent-1', 'GET', '/api/v1/me');
  assert.equal(me.status, 200);
  await assert.rejects(api('parent-1', 'GET', '/api/v1/applications/none'), /: 40\d /);
  assert.equal((await api('parent-1', 'GET', '/api/v1/applications/none', undefined, { 'allow-status': 404 })).status, 404);
});
