// Package oidc is the client of the OpenID Connect provider with which every person signs in (security.md, "Identity"):
// it verifies bearer tokens on each request and carries out the browser's sign-in (authorization code with PKCE).
//
// It knows no session, no cookie and no database: app/edge keeps sessions, app/account decides what a person may do.
// Three things differ from the usual use of a client library, and each has a reason:
//
//   - Nothing is fetched when the program starts. The provider may be down at that moment, and what does not need it
//     (search, guidance, sessions that exist) has to work all the same. See remote.go.
//   - The key set is our own small one and not the library's, which asks the provider again for every token with a bad
//     signature (a stranger could make us flood it) and never forgets a key that the provider has withdrawn.
//   - Verified tokens are remembered until they expire, since the check sits on every request. See cache.go.
package oidc
