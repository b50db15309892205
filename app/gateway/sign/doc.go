// Package sign verifies electronic signatures (電子署名, P3): CMS, detached, over the manifest of an application.
//
// Verify decides without the network: the digest, the chain to the configured authorities, validity at the instant of
// arrival, key usage, and who signed. Whether the certificate was revoked is asked afterwards, by Revocation, since that
// needs the network (security.md, "Identity").
package sign
