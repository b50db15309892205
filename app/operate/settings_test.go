package operate_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func TestSettings(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	for _, a := range []models.Actor{c.foreign, c.Parent, {Role: models.RolePublic}, {Role: models.RoleReviewer, Municipality: hinata, Person: c.Parent.Person}} {
		_, err := c.service.Settings(ctx, a, hinata)
		casetest.RefusedAt(t, err, fault.CodeNotFound)
		_, err = c.service.PutSettings(ctx, a, 1, operate.Settings{Municipality: models.Municipality{Code: hinata}})
		casetest.RefusedAt(t, err, fault.CodeNotFound)
	}
	_, err := c.service.Settings(ctx, c.national, "131016")
	casetest.RefusedAt(t, err, fault.CodeNotFound)
	s, err := c.service.Settings(ctx, c.own, hinata)
	if err != nil || s.Municipality.WrappedKey != nil || len(s.Offerings) != len(c.Dossiers.Editions.National().Procedures()) || s.Municipality.Version != 1 {
		t.Fatalf("%+v %v", s, err)
	}
	opens := jp.Date{Year: 2026, Month: 6, Day: 1}.Time()
	in := *s
	in.Municipality.OfficeJa, in.Municipality.TrialNote = "こども課", true
	in.Offerings = []models.Offering{{Procedure: "child-allowance-claim", Signature: models.SignatureNone, OpensOn: &opens, GuidanceJa: "窓口へ"}}
	in.ClosedDays = []models.ClosedDay{{Day: opens, Name: "休み"}, {Day: opens.AddDate(0, 0, 1)}}
	out, err := c.service.PutSettings(ctx, c.own, 1, in)
	if err != nil || out.Municipality.Version != 2 || out.Municipality.OfficeJa != "こども課" || !out.Municipality.TrialNote || len(out.Offerings) != 1 ||
		!out.Offerings[0].OpensOn.Equal(opens) || len(out.ClosedDays) != 2 {
		t.Fatalf("%+v %s", out, casetest.Details(err))
	}
	_, err = c.service.PutSettings(ctx, c.national, 1, in)
	casetest.RefusedAt(t, err, fault.CodeStale)
	in.ClosedDays = in.ClosedDays[:1]
	if out, err = c.service.PutSettings(ctx, c.national, 2, in); err != nil || len(out.ClosedDays) != 1 || out.ClosedDays[0].Name != "休み" {
		t.Errorf("%+v %s", out, casetest.Details(err))
	}
	// The key stays, and the other municipality is as it was.
	if _, err := c.Dossiers.MunicipalityKey(ctx, hinata); err != nil {
		t.Error(err)
	}
	if other, err := c.service.Settings(ctx, c.foreign, minato); err != nil || other.Municipality.Version != 1 ||
		len(other.Offerings) != len(c.Dossiers.Editions.National().Procedures()) {
		t.Errorf("%+v %v", other, err)
	}
	// Of two admins at once one wins.
	results := make(chan error, 4)
	for range cap(results) {
		go func() {
			_, err := c.service.PutSettings(ctx, c.own, 3, in)
			results <- err
		}()
	}
	won := 0
	for range cap(results) {
		if err := <-results; err == nil {
			won++
		} else if k := fault.KindOf(err); k != fault.Stale && k != fault.Conflict {
			t.Error(casetest.Details(err))
		}
	}
	if won != 1 {
		t.Errorf("%d of them won", won)
	}
}

func TestWhatSettingsRefuse(t *testing.T) {
	c := newCountry(t)
	good, err := c.service.Settings(context.Background(), c.own, hinata)
	if err != nil {
		t.Fatal(err)
	}
	late, early := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	offer := func(o models.Offering) func(s *operate.Settings) {
		return func(s *operate.Settings) { s.Offerings = []models.Offering{o} }
	}
	ok := models.Offering{Procedure: "child-allowance-claim", Signature: models.SignatureLogin}
	for name, w := range map[string]struct {
		change func(s *operate.Settings)
		at     []string
	}{
		"texts": {func(s *operate.Settings) { s.Municipality.NameJa, s.Municipality.Telephone = "　", "" }, []string{"/name_ja required",
			"/telephone required"}},
		"a number":  {func(s *operate.Settings) { s.Municipality.OfficePlain = "123456789018" }, []string{"/office_plain individual-number"}},
		"procedure": {offer(models.Offering{Procedure: "x", Signature: "login"}), []string{"/offerings/0/procedure unknown-procedure"}},
		"signature": {offer(models.Offering{Procedure: ok.Procedure, Signature: "seal"}), []string{"/offerings/0/signature invalid-choice"}},
		"dates": {offer(models.Offering{Procedure: ok.Procedure, Signature: "login", OpensOn: &late, ClosesOn: &early}),
			[]string{"/offerings/0/until invalid-range"}},
		"guidance": {offer(models.Offering{Procedure: ok.Procedure, Signature: "login", GuidanceEn: "\x01"}),
			[]string{"/offerings/0/guidance_en control-character"}},
		"no weeks":    {offer(models.Offering{Procedure: ok.Procedure, Signature: "login", Weeks: new(0)}), []string{"/offerings/0/weeks invalid"}},
		"a year more": {offer(models.Offering{Procedure: ok.Procedure, Signature: "login", Weeks: new(53)}), []string{"/offerings/0/weeks invalid"}},
		"twice":       {func(s *operate.Settings) { s.Offerings = []models.Offering{ok, ok} }, []string{"/offerings/1/procedure repeated"}},
		"a day twice": {func(s *operate.Settings) { s.ClosedDays = []models.ClosedDay{{Day: late}, {Day: late}} }, []string{"/closed_days/1/day repeated"}},
		"a day's name": {func(s *operate.Settings) { s.ClosedDays = []models.ClosedDay{{Day: late, Name: "\x00"}} },
			[]string{"/closed_days/0/name control-character"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := *good
			w.change(&s)
			_, err := c.service.PutSettings(context.Background(), c.own, 1, s)
			casetest.RefusedAt(t, err, fault.CodeInvalidRequest, w.at...)
		})
	}
	if after, err := c.service.Settings(context.Background(), c.own, hinata); err != nil || after.Municipality.Version != 1 ||
		len(after.Offerings) != len(c.Dossiers.Editions.National().Procedures()) {
		t.Errorf("%+v %v", after, err)
	}
}

const (
	municipalities = "code,name_ja,name_kana,name_en,office_ja,office_plain,office_en,telephone,trial_note\n"
	offerings      = "municipality,procedure,from,until,signature,guidance_ja,guidance_plain,guidance_en,deadline\n"
	closedDays     = "municipality,day,name\n"
)

// TestExpectedWeeksAreImported: a column that may be left out; a file without it leaves what was set, an empty cell takes it away.
func TestExpectedWeeksAreImported(t *testing.T) {
	c := newCountry(t)
	with := strings.TrimSuffix(offerings, "\n") + ",weeks\n"
	for _, step := range []struct{ csv, want, wrong string }{
		{with + "998010,child-allowance-claim,,,login,,,,,6\n", "6", ""},
		{offerings + "998010,child-allowance-claim,,,none,,,,\n", "6", ""},
		{with + "998010,child-allowance-claim,,,login,,,,,0\n", "6", "/2/weeks invalid"},
		{with + "998010,child-allowance-claim,,,login,,,,,53\n", "6", "/2/weeks invalid"},
		{with + "998010,child-allowance-claim,,,login,,,,,soon\n", "6", "/2/weeks invalid"},
		{with + "998010,child-allowance-claim,,,login,,,,,52\n", "52", ""},
		{with + "998010,child-allowance-claim,,,login,,,,,\n", "", ""},
	} {
		_, err := c.service.Import(context.Background(), c.own, strings.NewReader(step.csv))
		if step.wrong != "" {
			casetest.RefusedAt(t, err, fault.CodeInvalidRequest, step.wrong)
		} else if err != nil {
			t.Fatalf("%s: %s", step.csv, casetest.Details(err))
		}
		if got := casetest.Value[string](c, `select coalesce(weeks::text, '') from offerings where municipality = $1 and procedure = 'child-allowance-claim'`,
			hinata); got != step.want {
			t.Errorf("after %q: %q weeks, want %q", step.csv, got, step.want)
		}
	}
}

func TestImporting(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	load := func(actor models.Actor, csv string) (int, error) {
		return c.service.Import(ctx, actor, strings.NewReader(csv))
	}
	if n, err := load(c.national, "\ufeff"+municipalities+"131016,そら区,そらく,Sora,課,課,Office,03-0000-0000,false\r\n"+
		"998010,ひなた市,ひなたし,Hinata,課,\"子どもの\n係\",Office,000-0001-0001,true\n"); err != nil || n != 2 {
		t.Fatalf("%d %s", n, casetest.Details(err))
	}
	if got := casetest.Value[string](c, `select office_plain || trial_note || version from municipalities where code = $1`, hinata); got != "子どもの\n係true2" {
		t.Errorf("replaced: %q", got)
	}
	if _, err := c.Dossiers.MunicipalityKey(ctx, "131016"); err != nil {
		t.Errorf("the new one has no key: %v", err)
	}
	if n, err := load(c.own, offerings+"998010,child-allowance-claim,2026-04-01,2027-03-31,none,\"窓口,へ\",,,2026-05-01\n"+
		"998010,pregnancy-notification,,,login,,,,\n"); err != nil ||
		n != 2 {
		t.Fatalf("%d %s", n, casetest.Details(err))
	}
	if got := casetest.Value[string](c, `select concat(opens_on, closes_on, signature, guidance_ja, deadline_on) from offerings
		where municipality = $1 and procedure = 'child-allowance-claim'`, hinata); got != "2026-04-012027-03-31none窓口,へ2026-05-01" {
		t.Errorf("offering: %s", got)
	}
	if n, err := load(c.own, closedDays+"998010,2026-12-29,年末\n"); err != nil || n != 1 {
		t.Errorf("%d %s", n, casetest.Details(err))
	}
	// Nobody imports for others.
	for _, i := range []struct {
		actor models.Actor
		csv   string
	}{{c.own, closedDays + "998010,2026-12-30,a\n998028,2026-12-30,a\n"}, {c.foreign, offerings + "998010,pregnancy-notification,,,none,,,,\n"},
		{c.own, municipalities + "998010,a,a,a,a,a,a,1,true\n"}, {c.Parent, closedDays + "998010,2026-12-30,a\n"}} {
		if n, err := load(i.actor, i.csv); n != 0 || fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: %d %v", i.csv, n, err)
		}
	}
	if n := casetest.Value[int](c, `select count(*) from closed_days`); n != 1 {
		t.Errorf("%d closed days", n)
	}
}

func TestWhatAnImportRefuses(t *testing.T) {
	c := newCountry(t)
	before := casetest.Value[string](c, `select md5(string_agg(m::text, '')) from (select * from offerings order by 1, 2) m`)
	for name, i := range map[string]struct {
		csv string
		at  []string
	}{
		"nothing":        {"", nil},
		"no header":      {"998010,2026-12-29,a\n", nil},
		"another header": {"code,name\n", nil},
		"not UTF-8":      {closedDays + "998010,2026-12-29,\x83\x4e\n", []string{" wrong-encoding"}},
		"a quote":        {closedDays + "998010,2026-12-29,a\n998010,\"2026-12-30,a\n", []string{"/3 not-csv"}},
		"columns":        {closedDays + "998010,2026-12-29\n998010,2026-12-30,a,b\n", []string{"/2 wrong-columns", "/3 wrong-columns"}},
		"lines are counted": {closedDays + "\n998010,2026-12-29,\"a\nb\"\n\n998011,2026-02-30,c\n998010,,d\n", []string{"/6/municipality invalid-municipality",
			"/6/day invalid-date", "/7/day required"}},
		"not using it": {closedDays + "998010,2026-12-29,a\n131016,2026-12-29,a\n", []string{"/3/municipality invalid-municipality"}},
		"an offering": {offerings + "998010,child-allowance-claim,,,login,,,,\n998010,x,2026-13-01,y,seal,,,123456789018,z\n",
			[]string{"/3/procedure unknown-procedure", "/3/from invalid-date", "/3/until invalid-date", "/3/signature invalid-choice",
				"/3/guidance_en individual-number", "/3/deadline invalid-date"}},
		"an offering's days": {offerings + "998010,child-allowance-claim,2026-05-01,2026-04-01,login,,,,\n", []string{"/2/until invalid-range"}},
		"a municipality": {municipalities + "12345,,a,a,a,a,a,1,maybe\n", []string{"/2/code invalid-municipality", "/2/name_ja required",
			"/2/trial_note wrong-type"}},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := c.service.Import(context.Background(), c.national, strings.NewReader(i.csv))
			casetest.RefusedAt(t, err, fault.CodeInvalidRequest, i.at...)
			if n != 0 {
				t.Errorf("it took %d lines", n)
			}
		})
	}
	if after := casetest.Value[string](c, `select md5(string_agg(m::text, '')) from (select * from offerings order by 1, 2) m`); after != before {
		t.Error("something was imported")
	}
	if n := casetest.Value[int](c, `select count(*) from closed_days`); n != 0 {
		t.Errorf("%d closed days", n)
	}
	_, err := c.service.Import(context.Background(), c.national, strings.NewReader(closedDays+strings.Repeat("998010,2026-12-29,a\n", 1<<20)))
	casetest.RefusedAt(t, err, fault.CodeTooLarge)
}
