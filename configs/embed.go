// Package configs holds what the program is configured with, embedded into it, and hands it out as file systems.
package configs

import (
	"embed"
	"io/fs"
)

// all: takes _common.yaml and _form.yaml too, which embed leaves out otherwise.
//
//go:embed all:procedures
var procedures embed.FS

// Procedures is the catalogue that comes with the program: the folder procedures, for catalogue.Load and form.Load.
func Procedures() fs.FS {
	return folder(procedures, "procedures")
}

//go:embed senders
var senders embed.FS

// Senders is whose applications are taken in, as it comes with the program: the folder senders, for intake.Load.
func Senders() fs.FS {
	return folder(senders, "senders")
}

func folder(in embed.FS, name string) fs.FS {
	out, err := fs.Sub(in, name)
	if err != nil { // the name is a constant that the compiler has embedded
		panic(err)
	}
	return out
}
