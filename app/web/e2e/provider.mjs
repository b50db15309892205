// An identity provider that is not ours: node-oidc-provider, certified by the OpenID Foundation, with staff of an invented city hall and a page to sign
// in. It is what the tests mean by "another provider": groups instead of roles, acr instead of amr, refresh tokens that count once, back-channel logout.
//
//   node provider.mjs PORT SITE        prints "listening" when it does; SITE is where our program is, http://127.0.0.1:…

import http from 'node:http';
import { Provider } from 'oidc-provider';

const [port, site] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const staff = {
  clerk: { name: '審査 一郎', groups: ['/ひなた市/子育て支援課 審査'] },
  chief: { name: '管理 花子', groups: ['/ひなた市/子育て支援課 管理者', 'everybody'] },
  guest: { name: '見学 次郎', groups: ['everybody'] },
};

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'city-hall-portal',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: [`${site}/auth/callback`],
    post_logout_redirect_uris: [`${site}/`],
    backchannel_logout_uri: `${site}/auth/backchannel-logout`,
    backchannel_logout_session_required: true,
  }],
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  acrValues: ['two-factors'],
  claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'offline_access', 'profile', 'groups'],
  conformIdTokenClaims: false, // the claims of the scopes are in the ID token
  cookies: { keys: ['of the tests alone'] },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, sub) => staff[sub] && { accountId: sub, claims: () => ({ sub, ...staff[sub] }) },
  // Nobody is asked whether the city hall's own portal may know who they are.
  async loadExistingGrant(ctx) {
    const { client, session, provider: { Grant } } = ctx.oidc;
    const known = session.grantIdFor(client.clientId);
    if (known) return Grant.find(known);
    const grant = new Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid offline_access profile groups');
    await grant.save();
    return grant;
  },
});

async function body(req) {
  let text = '';
  for await (const chunk of req) text += chunk;
  return new URLSearchParams(text);
}

const oidc = provider.callback();
http.createServer(async (req, res) => {
  if (req.url.startsWith('/interaction/') && req.method === 'GET') {
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.end(`<!doctype html><html lang="ja"><title>市役所の認証</title><main><h1>市役所の認証</h1><form method="post" action="${req.url}">`
      + '<label>職員番号 <input name="login"></label><label><input type="checkbox" name="otp" value="yes"> 確認コード</label><button>ログイン</button></form></main></html>');
  } else if (req.url.startsWith('/interaction/')) {
    const form = await body(req);
    const acr = form.get('otp') ? 'two-factors' : undefined;
    await provider.interactionFinished(req, res, { login: { accountId: form.get('login'), acr, remember: true } }, { mergeWithLastSubmission: false });
  } else if (req.url === '/control/groups' && req.method === 'POST') { // what an administrator does there: other groups, or none and gone
    const form = await body(req);
    if (form.has('groups')) staff[form.get('login')].groups = form.getAll('groups');
    else delete staff[form.get('login')];
    res.end();
  } else {
    oidc(req, res);
  }
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));
