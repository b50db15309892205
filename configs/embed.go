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
	folder, err := fs.Sub(procedures, "procedures")
	if err != nil { // the name is a constant that the compiler has embedded
		panic(err)
	}
	return folder
}

//go:embed senders
var senders embed.FS

// Senders is whose applications are taken in, as it comes with the program: the folder senders, for intake.Load.
func Senders() fs.FS {
	folder, err := fs.Sub(senders, "senders")
	if err != nil { // the name is a constant that the compiler has embedded
		panic(err)
	}
	return folder
}
