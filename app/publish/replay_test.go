package publish_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const (
	allowance = "_child-allowance.yaml"
	custody   = "      when: \"!child.lives_with_applicant && !child.studying_abroad && child.relationship != 'foster'\"\n"
	support   = "      when: child.relationship in ['grandchild', 'other'] && !facts.parents_abroad_designation\n"
)

// asking is the national edition with the conditions of two statements changed: that of custody, which is asked for where a child lives
// elsewhere, and that of support.
func (o *office) asking(custodyWhen, supportWhen string) *edition.Bundle {
	return o.Corrected(allowance, func(text string) string {
		for was, is := range map[string]string{custody: custodyWhen, support: supportWhen} {
			if strings.Count(text, was) != 1 {
				o.T.Fatalf("the condition %q stands %d times in %s", was, strings.Count(text, was), allowance)
			}
			if is != "" {
				text = strings.Replace(text, was, "      when: \""+is+"\"\n", 1)
			}
		}
		return text
	})
}

// replayed tries an edition on the cases of the last year, and gives what came of it as somebody sees it.
func (o *office) replayed(who models.Actor, id string) *publish.Replay {
	o.T.Helper()
	begun := o.begun(who, id)
	casetest.Must(o.T, o.service.RunReplay(bg, task.ReplayEdition{Replay: begun.ID}))
	r, err := o.service.LastReplay(bg, who, id)
	casetest.Must(o.T, err)
	if r == nil || r.ID != begun.ID || r.State != models.ReplayDone || r.FinishedAt == nil || r.Done != r.Total {
		o.T.Fatalf("%+v", r)
	}
	return r
}

func (o *office) begun(who models.Actor, id string) *publish.Replay {
	o.T.Helper()
	r, err := o.service.StartReplay(bg, who, casetest.Once(), id, publish.Period{From: o.Now().AddDate(-1, 0, 0), To: o.Now()})
	casetest.Must(o.T, err)
	return r
}

func counts(r *publish.Replay) [5]int { return [5]int{r.Cases, r.Same, r.More, r.Fewer, r.Other} }

// three files three claims: one whose child lives with the parent, and two whose child lives elsewhere, one of them in みなと町.
func (o *office) three() (home, apart, elsewhere string) {
	o.T.Helper()
	return o.Filed(o.Draft(casetest.Claim, hinata, casetest.Born("2020-05-05"))), o.Filed(o.Draft(casetest.Claim, hinata, casetest.Apart)),
		o.Filed(o.Draft(casetest.Claim, minato, casetest.Apart))
}

// TestWhoWouldHaveBroughtWhat: three cases under editions that ask for more, for fewer, for other papers, and under the same one.
func TestWhoWouldHaveBroughtWhat(t *testing.T) {
	o := newOffice(t)
	o.three()
	for name, x := range map[string]struct {
		custody, support string
		want             [5]int
		documents        []string
	}{
		"the same": {"", "", [5]int{3, 3, 0, 0, 0}, nil},
		"more":     {"", "true", [5]int{3, 0, 3, 0, 0}, []string{"support-statement"}},
		"fewer":    {"false", "", [5]int{3, 1, 0, 2, 0}, []string{"separate-custody-statement"}},
		"other":    {"false", "true", [5]int{3, 0, 1, 0, 2}, []string{"separate-custody-statement", "support-statement"}},
	} {
		r := o.replayed(o.national, o.uploaded(o.national, o.asking(x.custody, x.support)).ID)
		if counts(r) != x.want || r.Unreadable != 0 || r.Unanswered != 0 {
			t.Errorf("%s: %v, want %v", name, counts(r), x.want)
		}
		var documents []string
		for _, c := range r.By {
			if c.Document != "" && !slices.Contains(documents, c.Document) {
				documents = append(documents, c.Document)
			}
			if c.Document == "" && c.Procedure != casetest.Claim || !c.Few {
				t.Errorf("%s: %+v", name, c)
			}
		}
		if slices.Sort(documents); !slices.Equal(documents, x.documents) {
			t.Errorf("%s: %v", name, documents)
		}
		if r.Unsealing <= 0 || r.Comparing <= 0 {
			t.Errorf("%s: it took %v and %v", name, r.Unsealing, r.Comparing)
		}
	}
}

// TestAMunicipalitysEditionIsTriedOnItsOwnCases, and over the country's as it was for each.
func TestAMunicipalitysEditionIsTriedOnItsOwnCases(t *testing.T) {
	o := newOffice(t)
	o.three()
	o.inForce(o.national, o.second, o.asking("false", "true")) // nothing that was filed before
	survey := o.Local(hinata, casetest.Claim, casetest.Asked("guardianship-statement", "true"))
	r := o.replayed(o.own, o.uploaded(o.own, survey).ID)
	if counts(r) != [5]int{2, 0, 2, 0, 0} || len(r.By) != 2 || r.By[1].Document != "guardianship-statement" || r.By[1].More != 2 || r.By[1].Few {
		t.Errorf("%+v", r)
	}
}

// TestAMunicipalitysOwnPapersStay under a national edition that is tried: a case keeps the edition of its municipality.
func TestAMunicipalitysOwnPapersStay(t *testing.T) {
	o := newOffice(t)
	o.InForce(o.Local(hinata, casetest.Claim, casetest.Asked("guardianship-statement", "true")), o.Now().Add(-time.Hour))
	o.Filed(o.Draft(casetest.Claim, hinata))
	if r := o.replayed(o.national, o.uploaded(o.national, o.asking("", "true")).ID); counts(r) != [5]int{1, 0, 1, 0, 0} || len(r.By) != 2 {
		t.Errorf("%+v", r)
	}
}

// TestWhatIsNotRead: the case of a protected person, and one whose key is destroyed, are counted and stop nothing; what was passed on
// or arrived at another time is not counted.
func TestWhatIsNotRead(t *testing.T) {
	o := newOffice(t)
	home, apart, _ := o.three()
	o.Exec(`update applications set protected = true, version = version + 1 where id = $1`, home)
	o.Exec(`update applications set wrapped_key = null, version = version + 1 where id = $1`, apart)
	e := o.uploaded(o.national, o.asking("", "true"))
	r := o.replayed(o.national, e.ID)
	if counts(r) != [5]int{1, 0, 1, 0, 0} || r.Unreadable != 2 || r.Done != 3 {
		t.Errorf("%+v", r)
	}
	o.Exec(`update applications set state = 'transferred', version = version + 1 where id = $1`, home)
	if r = o.replayed(o.national, e.ID); r.Done != 2 {
		t.Errorf("%+v", r)
	}
	begun, err := o.service.StartReplay(bg, o.national, casetest.Once(), e.ID, publish.Period{From: o.Now().AddDate(-2, 0, 0), To: o.Now().AddDate(-1, 0, 0)})
	casetest.Must(t, err)
	casetest.Must(t, o.service.RunReplay(bg, task.ReplayEdition{Replay: begun.ID}))
	if r, err = o.service.LastReplay(bg, o.national, e.ID); err != nil || r.State != models.ReplayDone || r.Done != 0 {
		t.Errorf("%+v %v", r, err)
	}
}

// TestAReplayGoesOnWhereItStopped: killed before or behind a batch, with a second worker at the same one, and begun anew.
func TestAReplayGoesOnWhereItStopped(t *testing.T) {
	o := newOffice(t)
	for range 2 {
		o.three()
	}
	o.service.BatchOf(2)
	e := o.uploaded(o.national, o.asking("", "true"))
	begun := o.begun(o.national, e.ID)
	_, err := o.service.StaleReplay(bg, begun.ID) // killed before it saves
	casetest.Must(t, err)
	late, err := o.service.StaleReplay(bg, begun.ID)
	casetest.Must(t, err)
	on, err := o.service.StepReplay(bg, begun.ID)
	casetest.Must(t, err)
	r, err := o.service.LastReplay(bg, o.national, e.ID)
	casetest.Must(t, err)
	if !on || r.State != models.ReplayRunning || r.Done != 2 || r.Total != 6 || r.More != 2 {
		t.Errorf("after a batch: %+v", r)
	}
	if err := late(); err == nil || err.Error() != (task.Later{}).Error() {
		t.Errorf("a batch that was done already: %v", err)
	}
	casetest.Must(t, o.service.RunReplay(bg, task.ReplayEdition{Replay: begun.ID}))
	casetest.Must(t, o.service.RunReplay(bg, task.ReplayEdition{Replay: begun.ID})) // of what has ended there is nothing to do
	if r, err = o.service.LastReplay(bg, o.national, e.ID); err != nil || r.State != models.ReplayDone || counts(r) != [5]int{6, 0, 6, 0, 0} {
		t.Errorf("%+v %v", r, err)
	}
	if n := casetest.Value[int](o.World, `select sum(cases) from edition_replay_counts where document = ''`); n != 6 {
		t.Errorf("%d cases are counted", n)
	}
	// One that is begun in its place stops it.
	first := o.begun(o.national, e.ID)
	stale, err := o.service.StaleReplay(bg, first.ID)
	casetest.Must(t, err)
	second := o.begun(o.national, e.ID)
	casetest.Must(t, stale())
	casetest.Must(t, o.service.RunReplay(bg, task.ReplayEdition{Replay: second.ID}))
	for id, want := range map[string]string{first.ID: "stopped 0", second.ID: "done 6"} {
		if got := casetest.Value[string](o.World, `select state || ' ' || done from edition_replays where id = $1`, id); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestWhoSeesAReplay: a municipality's is nobody's business elsewhere, and of the country's its admin sees the own municipality alone.
func TestWhoSeesAReplay(t *testing.T) {
	o := newOffice(t)
	o.three()
	own := o.uploaded(o.own, o.Local(hinata, casetest.Claim, casetest.Asked("guardianship-statement", "true")))
	o.replayed(o.own, own.ID)
	_, err := o.service.LastReplay(bg, o.stranger, own.ID)
	casetest.Refused(t, err, "not-found")
	for who, want := range map[*models.Actor]bool{&o.own: false, &o.national: true} {
		if r, err := o.service.LastReplay(bg, *who, own.ID); err != nil || r.Cases != 2 || r.Few != want {
			t.Errorf("%s: %+v %v", who.Role, r, err)
		}
	}
	for _, who := range []models.Actor{o.stranger, o.national} {
		code := "forbidden"
		if who.Role == models.RoleAdmin {
			code = "not-found"
		}
		_, err = o.service.StartReplay(bg, who, casetest.Once(), own.ID, publish.Period{From: o.Now().AddDate(-1, 0, 0), To: o.Now()})
		casetest.Refused(t, err, code)
	}
	country := o.uploaded(o.national, o.asking("", "true"))
	o.replayed(o.national, country.ID)
	_, err = o.service.StartReplay(bg, o.own, casetest.Once(), country.ID, publish.Period{From: o.Now().AddDate(-1, 0, 0), To: o.Now()})
	casetest.Refused(t, err, "forbidden")
	for _, x := range []struct {
		who   models.Actor
		cases int
		few   bool
	}{{o.own, 2, false}, {o.stranger, 1, false}, {o.national, 3, true}} {
		r, err := o.service.LastReplay(bg, x.who, country.ID)
		casetest.Must(t, err)
		if r.Cases != x.cases || r.More != x.cases || r.By[0].Few != x.few {
			t.Errorf("%s of %q: %+v", x.who.Role, x.who.Municipality, r)
		}
		for _, c := range r.By {
			if x.who.Municipality != "" && c.Municipality != x.who.Municipality {
				t.Errorf("%s sees %+v", x.who.Municipality, c)
			}
		}
	}
	_, err = o.service.StartReplay(bg, o.national, casetest.Once(), country.ID, publish.Period{From: o.Now(), To: o.Now().AddDate(-1, 0, 0)})
	casetest.Refused(t, err, "invalid-request")
	_, err = o.service.StartReplay(bg, o.national, casetest.Once(), country.ID, publish.Period{To: o.Now()})
	casetest.Refused(t, err, "invalid-request")
}

// TestNothingOfACaseLeavesAReplay: no answer of anybody stands in what it stores, in its job, or in the trail.
func TestNothingOfACaseLeavesAReplay(t *testing.T) {
	o := newOffice(t)
	const elsewhere, born, family = "131016", "2020-05-05", "秘密野"
	draft := o.Draft(casetest.Claim, hinata, casetest.Apart, casetest.Born(born), func(_, form map[string]any) {
		form["applicant"].(map[string]any)["family_name"] = family
		delete(form, "payee") // whose holder would have to follow the name
	})
	id := o.Filed(draft)
	e := o.inForce(o.national, o.second, o.asking("false", "true"))
	before := casetest.Value[int](o.World, `select count(*) from audit_entries`)
	o.replayed(o.national, e.ID)
	if n := casetest.Value[int](o.World, `select count(*) from audit_entries where action = 'replay-edition-on-filed-cases' and object_id = $1`, e.ID); n != 1 {
		t.Errorf("the reading stands %d times in the trail", n)
	}
	if n := casetest.Value[int](o.World, `select count(*) from audit_entries`) - before; n != 1 {
		t.Errorf("%d entries, want one for all cases", n)
	}
	counted := casetest.Value[string](o.World, `select coalesce(string_agg(t, ' '), '') from (select r::text t from edition_replays r
		union all select c::text from edition_replay_counts c union all select replay::text from editions
		union all select args::text || metadata::text from river_job where kind = 'replay-edition') all_rows`)
	listed := casetest.Value[string](o.World, `select coalesce(string_agg(r::text, ' '), '') from reassessments r`)
	if !strings.Contains(counted, "support-statement") || !strings.Contains(listed, id) || strings.Contains(listed, "child-1") {
		t.Errorf("%s\n%s", counted, listed)
	}
	for _, secret := range []string{elsewhere, born, family, "20200505"} {
		if strings.Contains(counted, secret) || strings.Contains(listed, secret) {
			t.Errorf("%q has left the case", secret)
		}
	}
	if strings.Contains(counted, id) || strings.Contains(counted, o.Parent.Person) {
		t.Error("what is counted names a case")
	}
}

// TestAReplayOfWhatIsInForceIsWork: the office's lists hold the cases that would have been decided otherwise, and of a draft none.
func TestAReplayOfWhatIsInForceIsWork(t *testing.T) {
	o := newOffice(t)
	home, apart, _ := o.three()
	bundle := o.asking("false", "true")
	o.replayed(o.national, o.uploaded(o.national, bundle).ID)
	lists := func() map[string]string {
		out := map[string]string{}
		o.In(o.Reviewer("reviewer", hinata), func(tx *postgres.Tx) error {
			q, err := o.Dossiers.Reassessments(tx)
			if err != nil {
				return err
			}
			q.Limit = 100
			rows, err := tx.Reassessments(q)
			for _, r := range rows {
				out[r.ApplicationID+" "+r.Document] = r.Subject + " " + r.Direction
			}
			return err
		})
		return out
	}
	if got := lists(); len(got) != 0 {
		t.Errorf("a draft makes work: %v", got)
	}
	e := o.inForce(o.national, o.second, bundle)
	for range 2 { // twice makes no more of it
		o.replayed(o.national, e.ID)
	}
	want := map[string]string{home + " support-statement": "child too-little", apart + " support-statement": "child too-little",
		apart + " separate-custody-statement": "child too-much"}
	got := lists()
	if len(got) != len(want) {
		t.Errorf("%v, want %v", got, want)
	}
	for key, is := range want {
		if got[key] != is {
			t.Errorf("%s: %q, want %q", key, got[key], is)
		}
	}
	if n := casetest.Value[int](o.World, `select count(*) from reassessments`); n != 5 {
		t.Errorf("%d rows", n)
	}
	o.Exec(`delete from reassessments where application_id <> $1`, home)
	o.Exec(`update reassessments set dealt_by = $1, dealt_at = now(), sealed_note = 'n', version = version + 1`, o.own.Person)
	o.replayed(o.national, e.ID)
	if n := casetest.Value[int](o.World, `select count(*) from reassessments where dealt_at is not null`); n != 1 {
		t.Errorf("%d of what was dealt with are left", n)
	}
}
