package usecase

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"strings"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// memberOf is kept with the answers of a statement: of whom it speaks. No question is called so, and who reads answers asks for them
// by their questions.
const memberOf = "_of"

// people are those that a statement names beside its answers.
type people struct {
	Writer string `json:"writer"`
	About  string `json:"about"`  // as the paper has it
	Called string `json:"called"` // the name alone, which stands in an answer too
}

// people of the application as it is now.
func (s *Statement) people() people {
	return people{present.Applicant(s.Application.Form), s.Whom(wording.Japanese), s.About}
}

// Whom says whom it is about: a child by name and birth date, so that nobody takes one for another.
func (s *Statement) Whom(lang string) string {
	whom := present.Person(s.Application.Form, s.Application.Facts, s.Subject, lang)
	if s.Subject == "applicant" || strings.Contains(s.Subject, "-") {
		return whom
	}
	return jp.WholeName(" ", whom, s.About)
}

// with are answers as they are kept, with the people of the paper.
func (s *Statement) with(answers map[string]any) ([]byte, error) {
	kept := maps.Clone(answers)
	kept[memberOf] = s.people()
	return json.Marshal(kept)
}

// take takes over the answers of a statement that was written. Where somebody is called otherwise by now, an answer that was their name is
// their new one.
func (s *Statement) take(kept []byte) error {
	var of struct {
		People *people `json:"_of"`
	}
	d := json.NewDecoder(bytes.NewReader(kept))
	d.UseNumber()
	s.Answers = nil
	if err := d.Decode(&s.Answers); err != nil {
		return err
	}
	if err := json.Unmarshal(kept, &of); err != nil {
		return err
	}
	delete(s.Answers, memberOf)
	s.Written, s.Stale = true, of.People != nil && *of.People != s.people() // of one made before people were kept nobody knows
	if !s.Stale {
		return nil
	}
	for _, q := range s.Definition.Questions {
		if q.Suggest == question.Subject && s.About != "" && s.Answers[q.Name] == of.People.Called {
			s.Answers[q.Name] = s.About
		}
	}
	return nil
}

// StaleStatement says whether a file of a draft is a statement that names people otherwise than the draft does now.
func (s *Services) StaleStatement(v *apply.View, f apply.FileView) bool {
	if f.Answers == nil || f.Handed {
		return false
	}
	in, err := s.StatementOf(v, f.Document, f.Subject)
	return err == nil && in.Stale // one that is not asked for any more is no matter
}

// renewable is a statement of a draft that names people otherwise than the draft does now and can be made anew; nil for another file. An
// answer that is refused by now keeps its paper as it was: that is what was declared, and it keeps nobody from filing (P1).
func (s *Services) renewable(v *apply.View, f apply.FileView) *Statement {
	if f.Answers == nil || f.Handed {
		return nil
	}
	in, err := s.StatementOf(v, f.Document, f.Subject)
	if err != nil || !in.Stale {
		return nil
	}
	if _, err := in.check(in.Answers); err != nil {
		return nil
	}
	return in
}

// renew makes the statements of a draft anew that name people otherwise than the draft does now, of the answers that they were written
// from. The draft's version is that after it.
func (s *Services) renew(ctx context.Context, actor models.Actor, v *apply.View) error {
	for _, f := range v.Files {
		in := s.renewable(v, f)
		if in == nil {
			continue
		}
		made, err := s.WriteStatement(ctx, actor, in, in.Answers)
		switch {
		case err == nil:
			v.Version = made.Version
		case fault.KindOf(err) != fault.Refused:
			return err
		}
	}
	return nil
}

// Manifest gives what is signed of an application that was read (P3). The statements of a draft are made anew before, so that nobody signs
// a paper with a name that is corrected already; the draft's version is that after it.
func (s *Services) Manifest(ctx context.Context, actor models.Actor, v *apply.View) (*apply.Manifest, error) {
	if v.State == models.StateDraft {
		if err := s.renew(ctx, actor, v); err != nil {
			return nil, err
		}
	}
	return s.Apply.Manifest(ctx, actor, v.ID)
}

// errStale refuses a signature over a paper with a name that is corrected already: what arrives cannot be changed, and Manifest makes it
// anew.
func errStale(f apply.FileView) error {
	return fault.Detail{Code: "statement-stale", Reason: "statement-stale", Pointer: "/signature", Document: f.Document, Subject: f.Subject}.
		Alone(fault.Refused, fault.CodeInvalidSignature)
}

// File files a draft as the person saw it at a version (nil: as it is), its statements with the names that it has now. signature is nil where
// none is needed. Errors: those of apply.FileSigned; invalid-signature (statement-stale) for one over a statement that is to be made anew.
func (s *Services) File(ctx context.Context, actor models.Actor, req dossier.Request, id string, version *int64, signature []byte) (*apply.Filed, error) {
	return s.Apply.FileSigned(ctx, actor, req, id, version, signature, func(v *apply.View) error {
		if signature == nil {
			return s.renew(ctx, actor, v)
		}
		for _, f := range v.Files {
			if s.renewable(v, f) != nil {
				return errStale(f)
			}
		}
		return nil
	})
}
