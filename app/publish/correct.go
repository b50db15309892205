package publish

import (
	"context"
	"errors"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/models"
)

// PaperTexts are what a document of an edition says of itself; false if it has none of that code.
func (w *Work) PaperTexts(document string) (editing.PaperTexts, bool) {
	d := w.After.Document(document)
	if d == nil {
		return editing.PaperTexts{}, false
	}
	return editing.PaperTexts{Name: d.Name, Help: d.Help, Obtain: d.Obtain, Accept: d.Accept}, true
}

// ProcedureTexts are what the version of a procedure says of itself that holds from a day (YYYY-MM-DD); false if there is none.
func (w *Work) ProcedureTexts(procedure, from string) (editing.ProcedureTexts, bool) {
	v := w.version(procedure, from)
	if v == nil {
		return editing.ProcedureTexts{}, false
	}
	return editing.ProcedureTexts{Name: v.Name, Summary: v.Summary, Who: v.Who, Next: v.Next, Deadline: v.Deadline.Text}, true
}

func (w *Work) version(procedure, from string) *catalogue.Version {
	if p := w.After.Procedure(procedure); p != nil {
		for _, v := range p.Versions {
			if v.Effective == from {
				return v
			}
		}
	}
	return nil
}

// SetPaperTexts corrects what a document says of itself in the three languages; no rule changes. Errors as of SetPaper; not-found.
func (s *Service) SetPaperTexts(ctx context.Context, actor models.Actor, req dossier.Request, of Revision, document string, t editing.PaperTexts,
	level bool) (*Edition, error) {
	return s.Revise(ctx, actor, req, of, func(w *Work) (*edition.Bundle, error) {
		was, ok := w.PaperTexts(document)
		if !ok {
			return nil, fault.ErrNotFound
		}
		if err := invalid(t.Check(was, level)); err != nil {
			return nil, err
		}
		return editing.SetPaperTexts(w.Bundle, document, was, t)
	})
}

// SetProcedureTexts corrects what one version of a procedure says of itself. Errors as of SetPaperTexts.
func (s *Service) SetProcedureTexts(ctx context.Context, actor models.Actor, req dossier.Request, of Revision, procedure, from string,
	t editing.ProcedureTexts, level bool) (*Edition, error) {
	return s.Revise(ctx, actor, req, of, func(w *Work) (*edition.Bundle, error) {
		was, ok := w.ProcedureTexts(procedure, from)
		if !ok {
			return nil, fault.ErrNotFound
		}
		if err := invalid(t.Check(was, level)); err != nil {
			return nil, err
		}
		return editing.SetProcedureTexts(w.Bundle, procedure, from, was, t)
	})
}

// SetTable puts a case table in the place of one with its name ("cases/claim.csv"), or adds it; nil contents take it away. Errors as of
// Revise; invalid-request with the lines of the table that cannot be read.
func (s *Service) SetTable(ctx context.Context, actor models.Actor, req dossier.Request, of Revision, name string, contents []byte) (*Edition, error) {
	return s.Revise(ctx, actor, req, of, func(w *Work) (*edition.Bundle, error) {
		b, err := w.Bundle.With(map[string][]byte{name: contents})
		if err != nil {
			return nil, tableRefused(err)
		}
		if w.Unfit {
			return b, nil
		}
		_, err = cases.Read(b, w.After)
		return b, tableRefused(err)
	})
}

// mostLines is how many lines that cannot be read are named: more help nobody.
const mostLines = 20

// tableRefused names the lines of a case table that cannot be read. What the reader says of each is for programmers, in English.
func tableRefused(err error) error {
	var faults source.Faults
	if !errors.As(err, &faults) {
		return refused(err)
	}
	var out []fault.Detail
	type cell struct {
		line   int
		column string
	}
	seen := map[cell]bool{}
	for _, f := range faults {
		here := cell{f.Line, f.Column}
		switch {
		case seen[here] || len(out) == mostLines:
		case f.Line == 0:
			out = append(out, fault.Detail{Code: "invalid-file", Reason: "table-unreadable", Pointer: "/table"})
		case f.Column != "":
			out = append(out, fault.Detail{Code: "invalid-file", Reason: "table-cell", Pointer: "/table",
				Params: []fault.Param{fault.Number("line", f.Line), fault.Name("heading", f.Column)}})
		default:
			out = append(out, fault.Detail{Code: "invalid-file", Reason: "table-line", Pointer: "/table", Params: []fault.Param{fault.Number("line", f.Line)}})
		}
		seen[here] = true
	}
	return invalid(out)
}
