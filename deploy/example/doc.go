// Package example holds changes as patches, each the smallest that does its work: what deploy/CONTRIBUTING.md shows to
// somebody who does it for the first time. Its test applies each to a copy of the repository and runs the tests that the
// patch names.
package example
