// Package sign verifies electronic signatures (電子署名, P3): CMS, detached, over the manifest of an application.
//
// Verify decides without the network: the digest, the chain to the configured authorities, validity at the instant of
// arrival, key usage, and who signed. What needs the network comes afterwards (security.md, "Identity"): Revocation asks whether the certificate
// was revoked, Stamps for a time stamp (RFC 3161).
package sign
