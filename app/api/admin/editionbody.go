package admin

import (
	"context"
	"strings"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// EditionLine is an edition in a list.
type EditionLine struct {
	ID         string     `json:"id" format:"uuid"`
	Scope      string     `json:"scope" doc:"* for the country, or a municipality's code."`
	Digest     string     `json:"digest" doc:"SHA-256 of the bundle's canonical form."`
	State      string     `json:"state" enum:"draft,proposed,approved,in-force,superseded,cancelled"`
	From       *time.Time `json:"from,omitempty"`
	Reason     string     `json:"reason,omitempty"`
	Circular   string     `json:"circular,omitempty"`
	Restores   string     `json:"restores,omitempty" doc:"The edition whose contents it brings back."`
	UploadedBy string     `json:"uploaded_by"`
	UploadedAt time.Time  `json:"uploaded_at"`
	ProposedBy string     `json:"proposed_by,omitempty"`
	ProposedAt *time.Time `json:"proposed_at,omitempty"`
	DecidedBy  string     `json:"decided_by,omitempty"`
	DecidedAt  *time.Time `json:"decided_at,omitempty"`
	EndedAt    *time.Time `json:"ended_at,omitempty"`
}

func lineOfEdition(e *publish.Edition) EditionLine {
	return EditionLine{
		ID:         e.ID,
		Scope:      e.Scope,
		Digest:     e.Digest,
		State:      e.State,
		From:       wire.InJapan(e.From),
		Reason:     e.Reason,
		Circular:   e.Circular,
		Restores:   e.Restores,
		UploadedBy: e.UploadedBy,
		UploadedAt: e.UploadedAt.In(jp.JST),
		ProposedBy: e.ProposedBy,
		ProposedAt: wire.InJapan(e.ProposedAt),
		DecidedBy:  e.DecidedBy,
		DecidedAt:  wire.InJapan(e.DecidedAt),
		EndedAt:    wire.InJapan(e.EndedAt),
	}
}

// editionOf is an edition with what was found when it was examined.
type editionOf struct {
	EditionLine
	Base   string `json:"base,omitempty" doc:"The national edition that a municipality's was examined with."`
	Raised bool   `json:"raised,omitempty" doc:"The instant was raised to a second after the approval."`

	Certificate string `json:"certificate,omitempty"` // its digest, once it is approved

	Findings  []editionFinding  `json:"findings" nullable:"false"`
	Cases     editionCases      `json:"cases"`
	Diff      []editionChange   `json:"diff" nullable:"false"`
	Conflicts []editionConflict `json:"conflicts" nullable:"false" doc:"Municipalities whose own edition does not fit this one."`
	Replay    *editionReplay    `json:"replay,omitempty" doc:"The last replay, as far as it is; missing if none was begun."`
}

type editionFinding struct {
	Severity string `json:"severity" enum:"warning,notice"`
	File     string `json:"file"`
	Line     int    `json:"line,omitempty"`
	Code     string `json:"code"`
	Detail   string `json:"detail"`
}

type editionChange struct {
	Kind      string `json:"kind" doc:"What is different: rule-when, document-name …"`
	Procedure string `json:"procedure,omitempty"`
	Document  string `json:"document,omitempty"`
	Question  string `json:"question,omitempty"`
	Direction string `json:"direction,omitempty" enum:"more,fewer,other" doc:"Whether more or fewer people bring a paper, or answer a question."`
	Detail    string `json:"detail"`
}

// editionCases is how the case tables came out.
type editionCases struct {
	Passed int            `json:"passed"`
	Failed []editionFault `json:"failed" nullable:"false" doc:"Each blocks proposing the edition."`
}

type editionConflict struct {
	Municipality string         `json:"municipality"`
	Faults       []editionFault `json:"faults" nullable:"false"`
}

type editionFault struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Detail string `json:"detail"`
}

func bodyOfEdition(e *publish.Edition, both *publish.Catalogues, tried *publish.Replay, lang string) editionOf {
	out := editionOf{EditionLine: lineOfEdition(e), Base: e.Base, Raised: e.Raised, Replay: replayBodyOf(e, both, tried, lang)}
	if e.Certificate != nil {
		out.Certificate = e.Certificate.Digest
	}
	out.Cases = editionCases{e.Cases.Passed, wire.Each(e.Cases.Failed, func(f cases.Failure) editionFault {
		return editionFault{f.File, f.Line, strings.TrimSpace(f.Name + " " + f.Text)}
	})}
	out.Findings = wire.Each(e.Findings, func(f lint.Finding) editionFinding {
		return editionFinding{f.Severity, f.File, f.Line, f.Code, say.Finding(both.After, f, lang)}
	})
	out.Diff = wire.Each(e.Diff, func(c diff.Change) editionChange {
		return editionChange{c.Kind, c.Procedure, c.Document, c.Question, c.Direction, say.Change(both.Before, both.After, c, lang).Text}
	})
	out.Conflicts = wire.Each(e.Conflicts, func(c publish.Conflict) editionConflict {
		return editionConflict{c.Municipality, wire.Each(c.Faults, func(f publish.Fault) editionFault { return editionFault{f.File, f.Line, f.Text} })}
	})
	return out
}

// decideEdition answers with an edition after a step of an admin.
func (a *api) decideEdition(step func(ctx context.Context, actor models.Actor, id string) (*publish.Edition, error),
) func(context.Context, *editionStep) (*wire.Versioned[editionOf], error) {
	return func(ctx context.Context, in *editionStep) (*wire.Versioned[editionOf], error) {
		err := in.Seen(func() (int64, error) {
			e, err := a.Publish.Get(ctx, edge.ActorFrom(ctx), in.ID)
			if err != nil {
				return 0, err
			}
			return e.Version, nil
		})
		if err != nil {
			return nil, err
		}
		e, err := step(ctx, edge.ActorFrom(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return a.editionBody(ctx, e, in.Lang())
	}
}

type editionStep struct {
	wire.Speaks
	wire.Guarded
	OneEdition
}
