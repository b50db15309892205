// Package render makes view copies of attached files: pages as plain JPEG, without metadata and without anything that
// runs (security.md, "Files").
//
// What a stranger sent is decoded in a process of its own, which has no files, no network, and limits on memory, time and
// output. The process is this program itself, started again with Arg; Main of every command that renders calls Child
// first. PDF is rendered by PDFium in a WebAssembly sandbox, which has no scripting.
package render
