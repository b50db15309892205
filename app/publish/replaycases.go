package publish

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/replay"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// batch is some filed cases of one municipality, as they lie in the database, with what each was asked for.
type batch struct {
	municipality string // empty if there is none left
	cases        []models.Application
	contents     map[string]models.Revision
	asked        map[string][]replay.Paper
	catalogues   map[edition.Ref]*catalogue.Catalogue // under the edition, by what decided
	phases       []phase.Row                          // those that speak of the municipality
	last         bool
}

// read reads the next batch, outside of any transaction of the app role.
func (r *run) read(ctx context.Context) (*batch, error) {
	b := &batch{asked: map[string][]replay.Paper{}, catalogues: map[edition.Ref]*catalogue.Catalogue{}}
	err := r.sweep.InTx(ctx, replayer, func(tx *postgres.Tx) (err error) {
		if b.cases, err = tx.ReplayPage(r.row, r.batch); err != nil {
			return err
		}
		if b.last = len(b.cases) < r.batch; len(b.cases) == 0 {
			return nil
		}
		b.oneMunicipality()
		if b.contents, err = tx.FiledContents(b.cases); err != nil {
			return err
		}
		asked, err := tx.AskedOf(b.cases)
		for _, a := range asked {
			b.asked[a.ApplicationID] = append(b.asked[a.ApplicationID], replay.Paper{Document: a.Document, Subject: a.Subject})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, p := range r.phases {
		if p.Municipality == phase.Any || p.Municipality == b.municipality {
			b.phases = append(b.phases, p)
		}
	}
	for i := range b.cases {
		ref := r.dossiers.EditionOf(&b.cases[i])
		if b.catalogues[ref] != nil {
			continue
		}
		if b.catalogues[ref], err = r.under.of(ctx, b.municipality, ref); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// oneMunicipality cuts a page of cases off behind its first municipality: what comes of them is written as the system of that one.
func (b *batch) oneMunicipality() {
	b.municipality = b.cases[0].Municipality
	for i := range b.cases {
		if b.cases[i].Municipality != b.municipality {
			b.cases, b.last = b.cases[:i], false
			return
		}
	}
}

func (b *batch) ids() []string {
	out := make([]string, len(b.cases))
	for i := range b.cases {
		out[i] = b.cases[i].ID
	}
	return out
}

// cursor moves a replay behind the batch.
func (b *batch) cursor(row *models.EditionReplay) []postgres.Assignment {
	if len(b.cases) == 0 {
		return nil
	}
	id := b.cases[len(b.cases)-1].ID
	return []postgres.Assignment{postgres.Set(&row.CursorMunicipality, b.municipality), postgres.Set(&row.CursorID, &id)}
}

// comparison is what a batch, or a part of one, came to.
type comparison struct {
	tally                *replay.Tally
	changes              map[int][]replay.Change // by the place of the case in the batch
	unreadable           int
	unsealing, comparing time.Duration
	err                  error
}

// compare opens the cases of a batch and tries the edition on each, two at a time.
func (r *run) compare(ctx context.Context, b *batch) (*comparison, error) {
	var parts [2]comparison
	var done sync.WaitGroup
	for p := range parts {
		done.Go(func() {
			c := &parts[p]
			c.tally, c.changes = replay.NewTally(), map[int][]replay.Change{}
			for i := p; i < len(b.cases) && c.err == nil; i += len(parts) {
				c.err = r.one(ctx, b, i, c)
			}
		})
	}
	done.Wait()
	sum := &parts[0]
	for _, p := range parts[1:] {
		sum.tally.Add(p.tally)
		for i, changes := range p.changes {
			sum.changes[i] = changes
		}
		sum.unreadable, sum.unsealing, sum.comparing = sum.unreadable+p.unreadable, sum.unsealing+p.unsealing, sum.comparing+p.comparing
		if sum.err == nil {
			sum.err = p.err
		}
	}
	return sum, sum.err
}

// one tries the edition on one case. What was erased, is protected or cannot be read is no error.
func (r *run) one(ctx context.Context, b *batch, i int, into *comparison) error {
	app, begun := &b.cases[i], time.Now()
	content, err := r.open(ctx, b, app)
	opened := time.Now()
	into.unsealing += opened.Sub(begun)
	if err != nil {
		return err
	}
	if content == nil {
		into.unreadable++
		return nil
	}
	c := replay.Case{Procedure: app.Procedure, Municipality: app.Municipality, FiledAt: *app.ArrivedAt, Consents: content.Consents, Asked: b.asked[app.ID]}
	under, day := b.catalogues[r.dossiers.EditionOf(app)], jp.DateIn(c.FiledAt)
	if v := under.Version(c.Procedure, day); v != nil {
		c.Facts, _ = v.DecodeFacts(content.Facts, day)
	}
	outcome, changes := replay.Unanswered, []replay.Change(nil)
	if c.Facts != nil {
		outcome, changes = replay.Compare(under, b.phases, &c)
	}
	into.tally.Case(&c, outcome, changes)
	if len(changes) > 0 {
		into.changes[i] = changes
	}
	into.comparing += time.Since(opened)
	return nil
}

// open reads what was filed; nil for what must not be read, or cannot be any more.
func (r *run) open(ctx context.Context, b *batch, app *models.Application) (*dossier.Content, error) {
	filed, there := b.contents[app.ID]
	if app.Protected || !there {
		return nil, nil
	}
	key, err := r.dossiers.ApplicationKey(ctx, app)
	switch {
	case err == nil:
	case fault.KindOf(err) == fault.NotFound, errors.Is(err, seal.ErrBroken):
		return nil, nil
	default: // nobody has the key at this moment, and it is tried again
		return nil, err
	}
	content, err := dossier.OpenContent(key, &filed)
	if err != nil { // under another key, or changed: nobody can read it
		return nil, nil //nolint:nilerr // counted
	}
	return content, nil
}

// work are the cases of a batch that a corrected edition would have decided otherwise, as the office's lists have them (見直し): those
// that are with it still.
func (r *run) work(b *batch, found *comparison, now time.Time) []*models.Reassessment {
	var out []*models.Reassessment
	for i := range b.cases {
		app := &b.cases[i]
		if app.State == models.StateWithdrawn {
			continue
		}
		for _, c := range found.changes[i] {
			one := &models.Reassessment{ID: models.NewID(), ApplicationID: app.ID, Municipality: app.Municipality, PersonID: app.PersonID,
				Procedure: app.Procedure, Document: c.Document, Direction: models.AskedTooMuch, EditionID: r.edition.ID, FoundAt: now, Version: 1}
			one.Subject, _, _ = strings.Cut(c.Subject, "-")
			if c.More {
				one.Direction = models.AskedTooLittle
			}
			out = append(out, one)
		}
	}
	return out
}

// counted are what a batch counted as rows.
func counted(id string, counts []replay.Count) []*models.EditionReplayCount {
	out := make([]*models.EditionReplayCount, len(counts))
	for i, c := range counts {
		out[i] = &models.EditionReplayCount{ReplayID: id, Procedure: c.Procedure, Municipality: c.Municipality, Document: c.Document,
			Cases: c.Cases, More: c.More, Fewer: c.Fewer, Other: c.Other, Unanswered: c.Unanswered}
	}
	return out
}
