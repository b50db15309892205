// Package simulator is the demo's OpenID Connect provider: a real one, over HTTP, by the library zitadel/oidc,
// whose people are invented. Signing in is choosing a person from a page; the second factor of staff is a code that the
// page itself shows. Nothing here is for a deployment: whoever reaches it can be anybody.
//
// It speaks authorization code with PKCE (S256, required), discovery, JWKS, userinfo, end_session and, for the partner,
// client_credentials. Access tokens are JWTs. Everything but the signing keys is in memory, so a restart forgets only
// sign-ins that were under way.
//
// For tests it mints tokens with anything wrong with them (Mint), changes keys (RotateKey, WithdrawOldKeys), and can be
// slow or down (Faults, and POST /control/faults).
package simulator
