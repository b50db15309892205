// Package deploy is what is written for the people who run and use the program, so that the program can show it.
package deploy

import "embed"

// Documents are the guides for staff (guides/*.md) and the runbook in Japanese, in Markdown.
//
//go:embed guides/*.md RUNBOOK_ja.md
var Documents embed.FS
