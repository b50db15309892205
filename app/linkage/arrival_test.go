package linkage_test

import (
	"context"
	"errors"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// register is a directory of which a test says whether it answers, and whom it flags: by their birth dates, since all forms name the same people.
type register struct {
	down    bool
	flagged map[string]bool
	asked   int
	during  func() // while it is asked; may be nil
}

func (r *register) Find(_ context.Context, q directory.Query) ([]directory.Candidate, error) {
	if r.down {
		return nil, fault.New(fault.Unavailable, fault.CodeUnavailable, "")
	}
	if r.asked++; r.during != nil {
		r.during()
	}
	// As somebody who fled writes it: the address is another one than the directory has.
	return []directory.Candidate{{ResidentID: "R-998028-" + q.BirthDate, Kana: q.FamilyKana + " " + q.GivenKana, BirthDate: q.BirthDate,
		Protected: r.flagged[q.BirthDate]}}, nil
}

// A case that has just arrived is hidden until the directory has answered; whom that flags is hidden over all cases. Filing waits for none of it, and a
// directory that is down is seen (P9, P5).
func TestACaseIsHiddenUntilTheDirectoryHasAnswered(t *testing.T) {
	ctx := context.Background()
	s := setUp(t, quick)
	known := &register{down: true, flagged: map[string]bool{}}
	service := linkage.New(s.Dossiers, s.Sweep, s.network.Client, known, quick)
	s.Dossiers.Asking(service)
	list, look := queue.New(s.Dossiers, queue.Options{}), review.New(s.Dossiers, review.Options{})
	named := s.Reviewer("named", minato)
	s.Named(named)
	sees := func(who models.Actor, id string) bool {
		t.Helper()
		_, err := look.Open(ctx, who, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			t.Fatal(err)
		}
		return err == nil
	}
	applicant := s.claim(minato).Form["applicant"].(map[string]any)["birth_date"].(string)

	first := s.Filed(s.claim(minato))
	if s.Row(first).State != models.StateArrived || sees(s.reviewer, first) || !sees(named, first) {
		t.Fatal("while the directory is down a case has to arrive, be hidden, and be there for named staff")
	}
	var later task.Later
	if err := service.LookUpJob(ctx, task.LookUp{Municipality: minato, Application: first}); !errors.As(err, &later) {
		t.Errorf("the job does not come back: %v", err)
	}
	if n, err := list.HiddenCases(ctx, s.reviewer); err != nil || n.Waiting != 1 || n.Since == nil || n.Protected != 0 {
		t.Errorf("what waits is not counted: %+v %v", n, err)
	}
	fence := s.Hold(named, first)
	casetest.Must(t, look.Accept(ctx, named, review.HeldCase{Case: first, Fence: fence})) // named staff process it all the same

	known.down = false
	if !sees(s.reviewer, first) { // who opens it first asks
		t.Error("it is hidden although the directory has answered")
	}
	if n, err := list.HiddenCases(ctx, s.reviewer); err != nil || n.Waiting != 0 {
		t.Errorf("%+v %v", n, err)
	}
	before := known.asked
	second := s.Filed(s.claim(minato, casetest.Born("2023-04-01")))
	if _, err := list.Claim(ctx, s.reviewer, second); err != nil || known.asked == before {
		t.Errorf("who claims a new case first asks the directory: %v, %d times", err, known.asked-before)
	}

	tries, between := 0, s.Filed(s.claim(minato, casetest.Born("2021-04-01")))
	err := s.Dossiers.Answered(ctx, s.reviewer, between, func() error {
		if tries++; tries == 1 { // the job has the answer while somebody finds the case hidden
			casetest.Must(t, service.LookUpJob(ctx, task.LookUp{Municipality: minato, Application: between}))
			return fault.ErrNotFound
		}
		return nil
	})
	if err != nil {
		t.Errorf("whom the job's answer came in between for: %v", err)
	}

	known.flagged[applicant] = true
	third := s.Filed(s.claim(minato, casetest.Born("2022-04-01")))
	casetest.Must(t, service.LookUpJob(ctx, task.LookUp{Municipality: minato, Application: third}))
	for _, id := range []string{first, second, third} {
		if sees(s.reviewer, id) || !sees(named, id) {
			t.Errorf("case %s of the protected person", id)
		}
		if n := casetest.Value[int](s, `select count(*) from audit_entries where action = 'protect' and object_id = $1`, id); n != 1 {
			t.Errorf("that it is hidden is recorded %d times", n)
		}
	}
	known.down = true
	fourth := s.Filed(s.claim(minato, casetest.Born("2021-04-01")))
	if s.Row(fourth).Protected != true {
		t.Error("who is known to be protected is so at once")
	}
	if n, err := list.HiddenCases(ctx, s.reviewer); err != nil || n.Waiting != 1 || n.Protected != 5 {
		t.Errorf("%+v %v", n, err)
	}
}

// Cases of a release before, of which nobody noted whom they are about, are looked up by the sweep; one that was marked then takes its people's other
// cases along.
func TestCasesOfAReleaseBeforeAreLookedUp(t *testing.T) {
	s := setUp(t, quick)
	ctx, named := context.Background(), s.Reviewer("named", minato)
	old, other := s.Filed(s.claim(minato)), s.Filed(s.claim(minato, casetest.Born("2023-04-01")))
	s.Exec(`delete from case_people; update applications set protected = true, version = version + 1 where id = '` + old + `'`)
	service := linkage.New(s.Dossiers, s.Sweep, s.network.Client, &register{}, quick)
	casetest.Must(t, service.Sweep(ctx))
	look := review.New(s.Dossiers, review.Options{})
	s.Named(named)
	for _, id := range []string{old, other} {
		_, err := look.Open(ctx, s.reviewer, id)
		casetest.Refused(t, err, fault.CodeNotFound)
		if _, err := look.Open(ctx, named, id); err != nil {
			t.Error(err)
		}
	}
	if n := casetest.Value[int](s, `select count(*) from applications where directory_asked_at is null`); n != 0 {
		t.Errorf("%d cases were not looked up", n)
	}
}

// What the directory said of people whom a correction has replaced meanwhile opens nothing: the case stays hidden for the answer about the new ones.
func TestAnAnswerAboutAnEarlierRevisionOpensNothing(t *testing.T) {
	s := setUp(t, quick)
	known := &register{flagged: map[string]bool{}}
	service := linkage.New(s.Dossiers, s.Sweep, s.network.Client, known, quick)
	s.Dossiers.Asking(service)
	id := s.Filed(s.claim(minato))
	known.during = func() {
		known.during = nil
		s.Exec(`insert into revisions (application_id, number, municipality, person_id, sealed, filed, created_at, updated_at)
			select application_id, number + 1, municipality, person_id, sealed, true, now(), now() from revisions where application_id = $1`, id)
	}
	look := task.LookUp{Municipality: minato, Application: id}
	casetest.Must(t, service.LookUpJob(context.Background(), look))
	if row := s.Row(id); !row.AwaitsDirectory || row.DirectoryAskedAt != nil {
		t.Errorf("it was opened by an answer about others: %+v", row)
	}
	s.Exec(`delete from revisions where application_id = $1 and number > 1`, id)
	casetest.Must(t, service.LookUpJob(context.Background(), look))
	if row := s.Row(id); row.AwaitsDirectory || row.DirectoryAskedAt == nil {
		t.Errorf("it stays hidden: %+v", row)
	}
}

// A case that is filed in the moment in which somebody in it is protected elsewhere is hidden until that can be seen, also where there is no directory.
func TestAFilingBesideAProtection(t *testing.T) {
	ctx := context.Background()
	s := setUp(t, quick)
	service := linkage.New(s.Dossiers, s.Sweep, s.network.Client, nil, quick)
	look := review.New(s.Dossiers, review.Options{})
	first := s.Filed(s.claim(minato))
	if _, err := look.Open(ctx, s.reviewer, first); err != nil {
		t.Fatal(err)
	}
	holding, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- s.App.InTx(ctx, models.System(minato, "test"), func(tx *postgres.Tx) error {
			tx.HoldProtections()
			_, err := tx.ProtectCase(first, postgres.ProtectedByStaff)
			close(holding)
			<-release
			return err
		})
	}()
	<-holding
	second := s.Filed(s.claim(minato, casetest.Born("2021-05-01")))
	hidden := func() bool {
		_, err := look.Open(ctx, s.reviewer, second)
		return err != nil && fault.KindOf(err) == fault.NotFound
	}
	if !hidden() {
		t.Error("it is open while somebody in it is being protected")
	}
	close(release)
	casetest.Must(t, <-done)
	if !hidden() {
		t.Error("it is open although somebody in it is protected")
	}
	s.Exec(`update directory_checks set since = since - interval '2 minutes'`)
	casetest.Must(t, service.Sweep(ctx))
	if row := s.Row(second); !row.Protected || row.AwaitsDirectory || !hidden() {
		t.Errorf("after the sweep: %+v", row)
	}
	third := s.Filed(s.claim(minato, casetest.Born("2021-06-01")))
	if row := s.Row(third); !row.Protected || row.AwaitsDirectory {
		t.Errorf("nobody is being protected now, and it waits: %+v", row)
	}
}

// A case that cannot be read keeps no other hidden.
func TestOneUnreadableCaseKeepsNoOtherHidden(t *testing.T) {
	s := setUp(t, quick)
	known := &register{flagged: map[string]bool{}}
	service := linkage.New(s.Dossiers, s.Sweep, s.network.Client, known, quick)
	s.Dossiers.Asking(service)
	broken, whole := s.Filed(s.claim(minato)), s.Filed(s.claim(minato, casetest.Born("2021-05-01")))
	s.Exec(`alter table revisions disable trigger all`) // which keep what was filed as it is
	s.Exec(`update revisions set sealed = '\x00' where application_id = $1`, broken)
	s.Exec(`alter table revisions enable trigger all`)
	s.Exec(`update directory_checks set since = since - interval '2 minutes'`)
	if err := service.Sweep(context.Background()); err == nil {
		t.Error("nobody learns that it cannot be read")
	}
	if !s.Row(broken).AwaitsDirectory || s.Row(whole).AwaitsDirectory {
		t.Error("the one that can be read stays hidden behind the other")
	}
}
