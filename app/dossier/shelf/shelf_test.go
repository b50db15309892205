package shelf_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/models"
)

const handbook = "maternity-handbook" // which no claim asks for by the law

// country is a world with everything in full operation, so that a claim needs no paper, on several nodes.
type country struct {
	*casetest.World
	nodes []*apply.Service
}

func newCountry(t *testing.T, nodes int) *country {
	c := &country{World: casetest.New(t, casetest.Hinata, casetest.Minato)}
	c.Full("*", "*")
	for range nodes {
		c.nodes = append(c.nodes, apply.New(dossier.New(c.App, casetest.BuiltIn(t), c.Keys), casetest.Lifetimes))
	}
	return c
}

func (c *country) claim(place string) apply.Draft {
	d := c.Draft(casetest.Claim, place)
	d.OnDuplicate = apply.Separate
	return d
}

// more is ひなた市's edition that asks every claimant for one more paper.
func (c *country) more(when string) *edition.Bundle {
	return c.Local(casetest.Hinata, casetest.Claim, casetest.Asked(handbook, when))
}

// another is a national edition that says the same as the one that comes with the product, under another digest.
func (c *country) another(title string) *edition.Bundle {
	return c.Corrected("_edition.yaml", func(text string) string { return strings.Replace(text, "en: The", "en: "+title+" the", 1) })
}

// throughout lets every node file claims until each has filed some after an instant, and gives what came of them.
func (c *country) throughout(from func() time.Time, check func(filed *apply.Filed, err error)) {
	var running sync.WaitGroup
	draft := c.claim(casetest.Hinata)
	started := make(chan struct{}, len(c.nodes))
	var until time.Time
	ready := make(chan struct{})
	for _, node := range c.nodes {
		running.Go(func() {
			for n, after := 0, 0; after < 3; n++ {
				filed, err := node.FileWhole(context.Background(), c.Parent, casetest.Once(), draft)
				check(filed, err)
				if n == 0 {
					started <- struct{}{}
					<-ready
				}
				if time.Now().After(until.Add(time.Second)) { // two clocks
					after++
				}
			}
		})
	}
	for range c.nodes {
		<-started
	}
	until = from()
	close(ready)
	running.Wait()
}

// A national edition takes effect for every filing wholly or not at all, on every node, by the database's clock.
func TestANationalEditionTakesEffectAtOnce(t *testing.T) {
	c := newCountry(t, 3)
	next := c.another("Second")
	var mu sync.Mutex
	var all []*apply.Filed
	var from time.Time
	c.throughout(func() time.Time {
		from = c.Published(next, time.Second)
		return from
	}, func(filed *apply.Filed, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Error(casetest.Details(err))
			return
		}
		all = append(all, filed)
	})
	before := 0
	for _, f := range all {
		want := next.Digest()
		if f.ArrivedAt.Before(from) {
			want, before = casetest.BuiltIn(t).Digest(), before+1
		}
		if f.Edition.National != want || f.Edition.Local != "" {
			t.Errorf("arrived %v, %v from the instant: decided by %+v", f.ArrivedAt, f.ArrivedAt.Sub(from), f.Edition)
		}
	}
	if before < len(c.nodes) || before > len(all)-3*len(c.nodes) {
		t.Errorf("%d of %d before", before, len(all))
	}
	stored := casetest.Value[int](c, `select count(*) from applications where national_edition = case when arrived_at < $1 then $2 else $3 end`,
		from, casetest.BuiltIn(t).Digest(), next.Digest())
	if stored != len(all) {
		t.Errorf("%d of %d keep the edition that decided them", stored, len(all))
	}
}

// A municipality's edition asks for a paper from its instant on, and nowhere else.
func TestALocalEditionTakesEffectAtOnce(t *testing.T) {
	c := newCountry(t, 2)
	local := c.more("true")
	var from time.Time
	var mu sync.Mutex
	filed, refused := 0, 0
	var early []time.Time
	c.throughout(func() time.Time {
		from = c.Published(local, time.Second)
		return from
	}, func(f *apply.Filed, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			casetest.RefusedAt(t, err, fault.CodeMissingDocuments, handbook+"/applicant missing-document")
			refused++
			return
		}
		early = append(early, f.ArrivedAt)
		filed++
	})
	for _, at := range early {
		if !at.Before(from) {
			t.Errorf("arrived %v after the instant without the paper", at.Sub(from))
		}
	}
	if filed < 2 || refused < 6 {
		t.Errorf("%d before, %d after", filed, refused)
	}
	f, err := c.nodes[0].FileWhole(context.Background(), c.Parent, casetest.Once(), c.claim(casetest.Minato))
	casetest.Must(t, err)
	if now := c.Dossiers.Editions.At(edition.National, c.Now()); now.Ref != f.Edition {
		t.Errorf("the country has %+v", now.Ref)
	}
	if f.Edition.Local != "" {
		t.Errorf("みなと町 decided by %+v", f.Edition)
	}
}

func decision(v *apply.View, document string) string {
	if v.Plan != nil {
		for _, r := range v.Plan.Requirements {
			if r.Document == document {
				return r.Decision
			}
		}
	}
	return ""
}

// A draft is told what changed when another edition takes effect, and when it will.
func TestADraftAfterAnEdition(t *testing.T) {
	c := newCountry(t, 0)
	ctx := context.Background()
	node := c.Apply
	v, err := node.Create(ctx, c.Parent, casetest.Once(), c.claim(casetest.Hinata))
	casetest.Must(t, err)
	soon := c.Published(c.more("true"), time.Hour)
	v, err = node.Get(ctx, c.Parent, v.ID)
	casetest.Must(t, err)
	if v.ChangesAt == nil || !v.ChangesAt.Equal(soon.Truncate(time.Microsecond)) || len(v.PlanChanges) != 0 {
		t.Errorf("before: changes at %v, %+v", v.ChangesAt, v.PlanChanges)
	}
	c.InForce(c.more("municipality == '998010'"), c.Now().Add(-time.Microsecond))
	v, err = node.Get(ctx, c.Parent, v.ID)
	casetest.Must(t, err)
	if decision(v, handbook) != "attach" || len(v.PlanChanges) != 1 || v.PlanChanges[0].Kind != "added" || v.Edition.Local == "" {
		t.Errorf("after: %+v by %+v", v.PlanChanges, v.Edition)
	}
	question := "questions: [{name: bath, type: boolean, label: {ja: 浴室, plain: おふろ, en: Bath}, help: {ja: 浴室の有無, plain: おふろが あるか, en: Is there one}}]\n" +
		casetest.Asked(handbook, "facts.local.bath")
	c.InForce(c.Local(casetest.Hinata, casetest.Claim, question), c.Now().Add(-time.Microsecond))
	v, err = node.Get(ctx, c.Parent, v.ID)
	casetest.Must(t, err)
	if v.Plan != nil || len(v.FactsMissing) == 0 || !strings.HasPrefix(v.FactsMissing[0].Pointer, "/facts/local") {
		t.Errorf("with a new question: %+v", v.FactsMissing)
	}
	v, err = node.Change(ctx, c.Parent, v.ID, v.Version, apply.Patch(`{"facts":{"local":{"bath":true}}}`))
	casetest.Must(t, err)
	if decision(v, handbook) != "attach" {
		t.Errorf("answered: %+v", v.Plan)
	}
	// The question is gone again: its answer stands in nobody's way.
	c.InForce(c.more("false"), c.Now().Add(-time.Microsecond))
	f, err := node.File(ctx, c.Parent, casetest.Once(), v.ID, nil)
	casetest.Must(t, err)
	if f.Edition.Local != c.more("false").Digest() ||
		len(f.Plan.Requirements) != 0 && slices.ContainsFunc(c.itemsOf(f.ID), func(d string) bool { return d == handbook }) {
		t.Errorf("filed by %+v", f.Edition)
	}
}

func (c *country) itemsOf(id string) []string {
	return strings.Fields(casetest.Value[string](c, `select coalesce(string_agg(document, ' '), '') from plan_items where application_id = $1`, id))
}

// An edition of a municipality that does not fit the national one never stands in the way of a filing.
func TestALocalEditionThatDoesNotFit(t *testing.T) {
	c := newCountry(t, 0)
	c.InForce(c.Local(casetest.Hinata, casetest.Claim, casetest.Asked("paper-that-nobody-knows", "true")), casetest.TrialFrom)
	f, err := c.Apply.FileWhole(context.Background(), c.Parent, casetest.Once(), c.claim(casetest.Hinata))
	casetest.Must(t, err)
	if f.Edition.Local != "" || f.Edition.National == "" {
		t.Errorf("decided by %+v", f.Edition)
	}
	faults := c.Dossiers.Editions.Unfit(casetest.Hinata)
	if len(faults) == 0 || !strings.Contains(faults.Error(), "paper-that-nobody-knows") || c.Dossiers.Editions.Unfit(casetest.Minato) != nil {
		t.Errorf("what does not fit: %v", faults)
	}
}

// Nothing is decided by another edition than the one in force: where that cannot be had, nothing is.
func TestAnEditionThatCannotBeLoaded(t *testing.T) {
	c := newCountry(t, 1)
	digest := strings.Repeat("0f", 32)
	c.Exec(`insert into edition_bundles (digest, scope, contents, stored_at) values ($1, '*', 'no zip', now())`, digest)
	c.Exec(`insert into edition_rows (id, scope, digest, effective_from, imported) values ($1, '*', $2, $3, true)`, models.NewID(), digest, casetest.TrialFrom)
	_, err := c.nodes[0].FileWhole(context.Background(), c.Parent, casetest.Once(), c.claim(casetest.Hinata))
	if fault.KindOf(err) != fault.Unavailable || fault.As(err).Extra["component"] != "catalogue" {
		t.Errorf("filed: %s", casetest.Details(err))
	}
	casetest.Must(t, c.Dossiers.Editions.Refresh(context.Background()))
	if c.Dossiers.Editions.National().Procedure(casetest.Claim) == nil {
		t.Error("nothing can be shown")
	}
}

// What is not offered any more keeps its name in lists, and a case that was filed everything by which it is shown.
func TestNamesOutlastTheirEdition(t *testing.T) {
	c := newCountry(t, 0)
	gone := casetest.Catalogue(t).Procedures()[3].Code
	less, err := casetest.BuiltIn(t).With(map[string][]byte{gone + ".yaml": nil, "_events.yaml": nil}) // an event leads to it
	casetest.Must(t, err)
	c.InForce(casetest.BuiltIn(t).Bundle, casetest.TrialFrom)
	c.InForce(less, c.Now().Add(-time.Microsecond))
	shelf := c.Dossiers.Editions
	if shelf.Now(casetest.Hinata).Procedure(gone) != nil || shelf.ForProcedure(casetest.Hinata, gone).Procedure(gone) == nil {
		t.Errorf("%s", gone)
	}
	all := shelf.Procedures(casetest.Hinata)
	if all[len(all)-1].Code != gone || len(all) != len(casetest.Catalogue(t).Procedures()) {
		t.Errorf("%d procedures, the last %s", len(all), all[len(all)-1].Code)
	}
	if old := shelf.Of(edition.Ref{National: casetest.BuiltIn(t).Digest()}); old.Procedure(gone) == nil {
		t.Error("a case of the former edition has lost its name")
	}
}

// A newer program does not change what is in force.
func TestInstallingTwice(t *testing.T) {
	c := newCountry(t, 0)
	ctx := context.Background()
	for range 2 {
		casetest.Must(t, casetest.BuiltIn(t).Install(ctx, c.OwnerDSN))
	}
	got := casetest.Value[string](c, `select string_agg(scope || ' ' || digest || ' ' || effective_from::date || ' ' || imported, ',') from edition_rows`)
	if want := fmt.Sprintf("* %s 2017-07-17 true", casetest.BuiltIn(t).Digest()); got != want && !strings.HasSuffix(got, "2017-07-18 true") ||
		strings.Contains(got, ",") {
		t.Errorf("installed %s", got)
	}
}

// Who has an edition open asks for its catalogue with every page: it is loaded once, and again over another national edition alone.
func TestWhatIsWorkedOnIsLoadedOnce(t *testing.T) {
	c := newCountry(t, 1)
	kept, local, other := c.Dossiers.Editions, c.more("true"), c.another("Other")
	worked := func(b *edition.Bundle, over *shelf.Current) *catalogue.Catalogue {
		got, err := kept.Worked(b, over)
		casetest.Must(t, err)
		return got
	}
	now := kept.At(edition.National, c.Now())
	first, national := worked(local, now), worked(other, nil)
	if worked(local, now) != first || worked(other, now) != national {
		t.Error("it was loaded again")
	}
	over := &shelf.Current{Catalogue: national, Ref: edition.Ref{National: other.Digest()}}
	if again := worked(local, over); again == first {
		t.Error("what was laid over one national edition is given for another")
	}
	if worked(c.more("false"), now) == first {
		t.Error("another edition has the same catalogue")
	}
}
