package operate

import (
	"context"
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// draftsAtOnce is how many drafts are read in one transaction: a preview never holds one open for long.
const draftsAtOnce = 500

// Preview says what a proposal would do before it is made. Errors: as of Propose.
func (s *Service) Preview(ctx context.Context, actor models.Actor, p Proposal) (Impact, error) {
	if err := s.checkProposal(actor, p); err != nil {
		return Impact{}, err
	}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { return notSuspended(tx, p.Rows) })
	if err != nil {
		return Impact{}, err
	}
	return s.Impact(ctx, p.Rows)
}

// Impact says what rows would do if they took effect: how many open drafts would need fewer or more papers, how many
// requirements wait for a document, how many guidance pages would change, and what the trial has shown. Drafts are
// opened to plan them, in memory; only counts leave. It changes nothing.
func (s *Service) Impact(ctx context.Context, rows []Row) (Impact, error) {
	rows = slices.Clone(rows)
	out := Impact{Agreement: []Agreement{}}
	var now []phase.Row
	var offered map[string][]models.Offering
	var start time.Time
	err := s.dossiers.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "impact"}, func(tx *postgres.Tx) error {
		all, err := tx.AllPhaseRows()
		if err != nil {
			return err
		}
		now, start = dossier.PhaseRows(all), tx.Now
		offered, err = offerings(tx)
		return err
	})
	if err != nil {
		return out, err
	}
	// An instant that is over would be raised at the approval, and so it is here. The comparison is made when the last
	// row is in force.
	raise(rows, start)
	for i := range rows {
		start = later(start, rows[i].From)
	}
	then := append(append([]phase.Row(nil), now...), rule(rows)...)
	out.Pages = s.pages(offered, now, then, start)
	if err := s.drafts(ctx, rows, now, then, start, &out); err != nil {
		return out, err
	}
	return out, s.figures(ctx, rows, &out)
}

func offerings(tx *postgres.Tx) (map[string][]models.Offering, error) {
	municipalities, err := tx.Municipalities()
	if err != nil {
		return nil, err
	}
	out := map[string][]models.Offering{}
	for _, m := range municipalities {
		if out[m.Code], err = tx.Offerings(m.Code); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pages counts municipality × procedure whose phase of any item changes.
func (s *Service) pages(offered map[string][]models.Offering, now, then []phase.Row, at time.Time) int {
	n := 0
	for code, procedures := range offered {
		for _, o := range procedures {
			v := s.dossiers.Editions.At(code, at).Catalogue.Version(o.Procedure, jp.DateIn(at))
			if v == nil {
				continue
			}
			for _, item := range v.Items() {
				if phase.InForce(now, o.Procedure, item, code, at).Phase != phase.InForce(then, o.Procedure, item, code, at).Phase {
					n++
					break
				}
			}
		}
	}
	return n
}

// drafts plans every open draft in reach of the rows twice and counts those that would need fewer or more papers.
func (s *Service) drafts(ctx context.Context, rows []Row, now, then []phase.Row, at time.Time, out *Impact) error {
	after := ""
	for {
		var apps []models.Application
		var sealed map[string]models.Revision
		err := s.sweep.InTx(ctx, models.System("", "impact"), func(tx *postgres.Tx) (err error) {
			if apps, err = tx.OpenDrafts(reach(rows), after, draftsAtOnce); err != nil || len(apps) == 0 {
				return err
			}
			sealed, err = tx.Sealed(apps)
			return err
		})
		if err != nil || len(apps) == 0 {
			return err
		}
		after = apps[len(apps)-1].ID
		for i := range apps {
			rev, ok := sealed[apps[i].ID]
			if !ok || !touches(rows, &apps[i]) {
				continue
			}
			before, after, ok, err := s.twice(ctx, &apps[i], &rev, now, then, at)
			if err != nil {
				return err
			}
			switch {
			case !ok || before == after:
			case after < before:
				out.DraftsFewer++
			default:
				out.DraftsMore++
			}
		}
	}
}

func touches(rows []Row, app *models.Application) bool {
	for _, r := range rows {
		if (r.Procedure == All || r.Procedure == app.Procedure) && (r.Municipality == All || r.Municipality == app.Municipality) {
			return true
		}
	}
	return false
}

// twice counts the documents to attach before and after; not ok for a draft whose facts are not complete.
func (s *Service) twice(
	ctx context.Context,
	app *models.Application,
	rev *models.Revision,
	now, then []phase.Row,
	at time.Time,
) (before, after int, ok bool, err error) {
	f, err := s.dossiers.Unseal(ctx, app, rev)
	if err != nil {
		return 0, 0, false, err
	}
	cat := s.dossiers.Editions.At(app.Municipality, at).Catalogue
	v := cat.Version(app.Procedure, jp.DateIn(at))
	if v == nil {
		return 0, 0, false, nil
	}
	facts, _ := v.DecodeFacts(f.Content.Facts, jp.DateIn(at))
	if facts == nil {
		return 0, 0, false, nil
	}
	q := dossier.Question{
		Procedure:    app.Procedure,
		Municipality: app.Municipality,
		At:           at,
		Facts:        facts,
		Consents:     f.Content.Consents,
	}
	p, err := dossier.Plan(cat, now, q)
	if err != nil {
		return 0, 0, false, err
	}
	r, err := dossier.Plan(cat, then, q)
	if err != nil {
		return 0, 0, false, err
	}
	return papers(p), papers(r), true, nil
}

func papers(p evidence.Plan) int {
	n := 0
	for _, r := range p.Requirements {
		if r.Decision == evidence.Attach {
			n++
		}
	}
	return n
}

// figures counts the requirements that wait for a document, and what the trial has shown, of the pairs that the rows
// speak of.
func (s *Service) figures(ctx context.Context, rows []Row, out *Impact) error {
	return s.sweep.InTx(ctx, models.System("", "impact"), func(tx *postgres.Tx) error {
		counts, err := tx.CountItems(reach(rows))
		if err != nil {
			return err
		}
		for _, c := range counts {
			if !speaksOf(rows, c.Procedure, c.Item, c.Municipality) {
				continue
			}
			out.Awaiting += int(c.Awaiting)
		}
		shown, err := tx.TrialFigures(All, All, reach(rows))
		if err != nil {
			return err
		}
		for _, c := range shown {
			if c.Municipality != All && speaksOf(rows, c.Procedure, c.Item, c.Municipality) {
				f := figuresOf(c)
				out.Agreement = append(out.Agreement, Agreement{
					Procedure:    c.Procedure,
					Item:         c.Item,
					Municipality: c.Municipality,
					Compared:     f.Compared,
					Matched:      f.Agreed(),
					Discrepant:   f.Discrepant(),
					Open:         f.Open,
					Rate:         f.Agreement(),
				})
			}
		}
		slices.SortFunc(out.Agreement, func(a, b Agreement) int {
			return compareScopes(
				Scope{Procedure: a.Procedure, Item: a.Item, Municipality: a.Municipality},
				Scope{Procedure: b.Procedure, Item: b.Item, Municipality: b.Municipality},
			)
		})
		return nil
	})
}

// speaksOf says whether any of the rows decides about a pair in a place.
func speaksOf(rows []Row, procedure, item, municipality string) bool {
	pair := Scope{Procedure: procedure, Item: item, Municipality: municipality}
	return slices.ContainsFunc(rows, func(r Row) bool { return r.Scope().Covers(pair) })
}
