// Package mutual talks JSON with one peer over HTTPS where both sides show a certificate (mutual TLS), which is how the
// inter-agency network and a municipality's resident directory are reached.
//
// A Peer bounds what it reads, follows no redirect, refuses what is not strictly the JSON that was agreed on, and turns
// every failure into a *fault.Error that names the component and nothing of what was asked or answered.
package mutual
