package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/configs"
)

// editionFlags say by which editions a command decides.
type editionFlags struct {
	national string   // folder or zip; empty: the one that comes with the program
	locals   []string // CODE=folder or zip
}

func (f *editionFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.national, "catalogue", "", "folder or .zip of a national edition to use in place of the built-in one")
	f.addLocal(cmd)
}

func (f *editionFlags) addLocal(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.locals, "local", nil, "CODE=DIR: the edition (folder or .zip) of a municipality, laid over the national one; repeatable")
}

// editions are a national edition and those of municipalities over it, loaded.
type editions struct {
	national loadedEdition
	locals   map[string]loadedEdition
	order    []string // the municipalities as they were given
}

// loadedEdition is a bundle and the catalogue that it makes.
type loadedEdition struct {
	path      string // empty: built in
	bundle    *edition.Bundle
	catalogue *catalogue.Catalogue
}

// rules are those of one municipality, for evidence.Answerer.
func (e *editions) rules(municipality string) (*catalogue.Catalogue, evidence.Editions) {
	digests := evidence.Editions{National: e.national.bundle.Digest()}
	if local, ok := e.locals[municipality]; ok {
		digests.Local = local.bundle.Digest()
		return local.catalogue, digests
	}
	return e.national.catalogue, digests
}

// load reads and checks all of them. What is wrong with one that was given is said with its path before each file.
func (f *editionFlags) load() (*editions, error) {
	out := &editions{locals: map[string]loadedEdition{}}
	var err error
	if out.national, err = loadScope(f.national, edition.National, nil); err != nil {
		return nil, err
	}
	for _, one := range f.locals {
		code, path, ok := strings.Cut(one, "=")
		if !ok || path == "" {
			return nil, fmt.Errorf("--local %s: a municipality's code, = and a folder", one)
		}
		if _, twice := out.locals[code]; twice {
			return nil, fmt.Errorf("--local %s: the municipality stands twice", one)
		}
		if out.locals[code], err = loadScope(path, code, out.national.catalogue); err != nil {
			return nil, err
		}
		out.order = append(out.order, code)
	}
	return out, nil
}

// with are the flags with one edition more, which is a national one or a municipality's by what it says itself. The empty path is
// that of the built-in one.
func (f editionFlags) with(path string) (editionFlags, error) {
	b, err := openBundle(path)
	if err != nil {
		return f, within(path, err)
	}
	scope, err := b.ScopeOf()
	switch {
	case err != nil:
		return f, within(path, err)
	case scope == edition.National:
		f.national = path
	default:
		f.locals = append([]string{scope + "=" + path}, f.locals...)
	}
	return f, nil
}

// given loads the edition of an argument, the built-in one without any, with those of the flags.
func (f editionFlags) given(args []string) (*editions, error) {
	path := ""
	if len(args) > 0 {
		path = args[0]
	}
	f, err := f.with(path)
	if err != nil {
		return nil, err
	}
	return f.load()
}

// only is the catalogue of the municipality that was given first, with its code; else the national one.
func (e *editions) only() (c *catalogue.Catalogue, municipality string) {
	if len(e.order) == 0 {
		return e.national.catalogue, ""
	}
	return e.locals[e.order[0]].catalogue, e.order[0]
}

// all are the editions that were given, the national one first.
func (e *editions) all() []loadedEdition {
	out := []loadedEdition{e.national}
	for _, code := range e.order {
		out = append(out, e.locals[code])
	}
	return out
}

// cases are the case tables of one edition.
func (e loadedEdition) cases() ([]cases.Case, error) {
	list, err := cases.Read(e.bundle, e.catalogue)
	return list, within(e.path, err)
}

// loadScope reads one edition, which has to be of a scope. A folder that does not say whose it is, is a national one, as folders were
// before there were editions; validate and test want it said (with).
func loadScope(path, scope string, base *catalogue.Catalogue) (loadedEdition, error) {
	out := loadedEdition{path: path}
	var err error
	if out.bundle, err = openBundle(path); err != nil {
		return out, within(path, err)
	}
	if scope == edition.National && out.bundle.File(catalogue.ManifestFile) == nil {
		out.catalogue, err = catalogue.Load(out.bundle.FS())
		return out, within(path, err)
	}
	said, err := out.bundle.ScopeOf()
	if err != nil {
		return out, within(path, err)
	}
	if said != scope {
		return out, within(path, catalogue.Faults{{File: catalogue.ManifestFile, Text: fmt.Sprintf("scope is %q, not %q", said, scope)}})
	}
	out.catalogue, err = out.bundle.Load(base)
	return out, within(path, err)
}

// openBundle reads a folder or a zip file; the built-in edition for the empty path.
func openBundle(path string) (*edition.Bundle, error) {
	if path == "" {
		return edition.Read(configs.Procedures())
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return edition.Read(os.DirFS(path))
	}
	if !strings.EqualFold(filepath.Ext(path), ".zip") {
		return nil, fmt.Errorf("%s is neither a folder nor a .zip", path)
	}
	if info.Size() > edition.MaxBundle {
		return nil, edition.ErrTooLarge
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return edition.Unzip(data)
}

// within names the edition in front of each file that something is wrong with.
func within(path string, err error) error {
	var faults catalogue.Faults
	switch {
	case err == nil || path == "":
		return err
	case errors.As(err, &faults):
		out := make(catalogue.Faults, len(faults))
		for i, f := range faults {
			out[i] = f
			out[i].File = filepath.Join(path, f.File)
		}
		return out
	case errors.Is(err, fs.ErrNotExist), strings.HasPrefix(err.Error(), path):
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}
