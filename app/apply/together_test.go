package apply_test

import (
	"context"
	"fmt"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// together runs n calls that begin at the same moment and gives their results in order.
func together[T any](n int, call func(i int) (T, error)) ([]T, []error) {
	out := make([]T, n)
	return out, casetest.Together(n, func(i int) (err error) {
		out[i], err = call(i)
		return err
	})
}

const rounds = 6

// The same request sent twice at once has one answer and one effect, whatever it meets on its way.
func TestOneKeyAtOnce(t *testing.T) {
	s := setUp(t)
	ctx := context.Background()
	for name, call := range map[string]func(d apply.Draft, k string) (string, error){
		"create": func(d apply.Draft, k string) (string, error) {
			v, err := s.service.Create(ctx, s.Parent, casetest.Request(k, "1"), d)
			if err != nil {
				return "", err
			}
			return v.ID, nil
		},
		"whole": func(d apply.Draft, k string) (string, error) {
			f, err := s.service.FileWhole(ctx, s.Parent, casetest.Request(k, "1"), d)
			if err != nil {
				return "", err
			}
			return f.ReceiptNumber, nil
		},
	} {
		for round := range rounds {
			d := born(t, s.claim(t, hinata), fmt.Sprintf("201%d-0%d-01", len(name)%10, round+1))
			got, errs := together(4, func(int) (string, error) { return call(d, fmt.Sprint(name, round)) })
			for i := range got {
				if errs[i] != nil || got[i] != got[0] {
					t.Errorf("%s: %s %s", name, got, casetest.Details(errs[i]))
				}
			}
		}
	}
	for round := range rounds {
		v := s.create(t, born(t, s.claim(t, hinata), fmt.Sprintf("2012-0%d-01", round+1)))
		got, errs := together(4, func(int) (string, error) {
			f, err := s.service.File(ctx, s.Parent, casetest.Request(fmt.Sprint("file", round), "1"), v.ID, &v.Version)
			if err != nil {
				return "", err
			}
			return f.ReceiptNumber, nil
		})
		for i := range got {
			if errs[i] != nil || got[i] != got[0] {
				t.Errorf("file: %s %s", got, casetest.Details(errs[i]))
			}
		}
	}
	if n := casetest.Value[int](s, `select count(*) from applications`); n != 3*rounds {
		t.Errorf("%d applications, want %d", n, 3*rounds)
	}
}

// Two requests for the same thing with two keys: one arrives, the other is shown it.
func TestTwoKeysAtOnce(t *testing.T) {
	s := setUp(t)
	for round := range rounds {
		d := born(t, s.claim(t, hinata), fmt.Sprintf("2011-0%d-01", round+1))
		for name, call := range map[string]func(i int) (string, error){
			"whole": func(int) (string, error) {
				f, err := s.whole(d)
				if err != nil {
					return "", err
				}
				return f.ID, nil
			},
			"create": func(int) (string, error) {
				v, err := s.tryCreate(born(t, d, fmt.Sprintf("2010-0%d-01", round+1)), "")
				if err != nil {
					return "", err
				}
				return v.ID, nil
			},
		} {
			ids, errs := together(4, call)
			first := ""
			for i := range ids {
				if errs[i] != nil {
					continue
				}
				if first != "" {
					t.Fatalf("%s: two stand for the same thing: %s %s", name, first, ids[i])
				}
				first = ids[i]
			}
			for i := range errs {
				if f := fault.As(errs[i]); errs[i] != nil && (f.Code != fault.CodeDuplicate || f.Extra["id"] != first) {
					t.Errorf("%s: %s, want %s", name, casetest.Details(errs[i]), first)
				}
			}
		}
	}
}

func TestFilingOneDraftAtOnce(t *testing.T) {
	s := setUp(t)
	for round := range rounds {
		v := s.create(t, born(t, s.claim(t, hinata), fmt.Sprintf("2013-0%d-01", round+1)))
		filed, errs := together(4, func(int) (*apply.Filed, error) { return s.file(v.ID) })
		won := 0
		for i := range filed {
			if errs[i] == nil {
				won++
			} else if f := fault.As(errs[i]); f == nil || f.Code != fault.CodeNotAllowedNow {
				t.Errorf("%s", casetest.Details(errs[i]))
			}
		}
		if won != 1 {
			t.Errorf("%d of them filed it", won)
		}
		if n := casetest.Value[int](s, `select count(*) from river_job where kind = 'notify' and args->>'application' = $1`, v.ID); n != 1 {
			t.Errorf("%d notices", n)
		}
	}
	if n := casetest.Value[int](s, `select count(*) - count(distinct receipt_number) from applications`); n != 0 {
		t.Errorf("%d receipt numbers are not unique", n)
	}
}

// What is filed is what was saved before it, wholly, or what was saved after it is refused.
func TestSavingWhileFiling(t *testing.T) {
	s := setUp(t)
	for round := range rounds {
		v := s.create(t, born(t, s.claim(t, hinata), fmt.Sprintf("2014-0%d-01", round+1)))
		_, errs := together(2, func(i int) (string, error) {
			if i == 0 {
				_, err := s.file(v.ID)
				return "", err
			}
			_, err := s.service.Change(context.Background(), s.Parent, v.ID, v.Version, apply.Patch(`{"form":{"event":{"note":"保存した"}}}`))
			return "", err
		})
		now := s.get(t, v.ID)
		if errs[0] != nil || now.State != models.StateArrived {
			t.Fatalf("filing: %s", casetest.Details(errs[0]))
		}
		saved := now.Form["event"].(map[string]any)["note"] == "保存した"
		if saved != (errs[1] == nil) {
			t.Errorf("saved %v, and its answer was %s", saved, casetest.Details(errs[1]))
		}
		if f := fault.As(errs[1]); errs[1] != nil && f.Code != fault.CodeStale && f.Code != fault.CodeNotAllowedNow {
			t.Errorf("%s", casetest.Details(errs[1]))
		}
	}
}

// Two windows save one draft: one wins, and nothing is lost without a word.
func TestSavingAtOnce(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	for range rounds {
		_, errs := together(3, func(i int) (*apply.View, error) {
			return s.service.Change(context.Background(), s.Parent, v.ID, v.Version, apply.Patch(fmt.Sprintf(`{"form":{"event":{"note":"窓%d"}}}`, i)))
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				casetest.Refused(t, err, fault.CodeStale)
			}
		}
		now := s.get(t, v.ID)
		if won != 1 || now.Version != v.Version+1 {
			t.Fatalf("%d saved, version %d after %d", won, now.Version, v.Version)
		}
		v = now
	}
}

// Withdrawing and handing in a correction at once: one of them.
func TestEndingAtOnce(t *testing.T) {
	s := setUp(t)
	for round := range rounds {
		id := s.inCorrection(t, fmt.Sprintf("2016-0%d-01", round+1), dossier.Ask{Text: "直してください"})
		_, errs := together(2, func(i int) (*apply.View, error) {
			if i == 0 {
				return s.service.Withdraw(context.Background(), s.Parent, casetest.Once(), id, "", nil)
			}
			return s.service.SubmitCorrection(context.Background(), s.Parent, casetest.Once(), id, 1, nil)
		})
		state := s.get(t, id).State
		if errs[0] != nil || state != models.StateWithdrawn {
			t.Errorf("%s, %s, %s", state, casetest.Details(errs[0]), casetest.Details(errs[1]))
		}
	}
}

// A draft is filed while a whole case takes its place: one of them arrives, or the second replaces the first.
func TestSupersedingWhileFiling(t *testing.T) {
	s := setUp(t)
	for round := range rounds {
		d := born(t, s.claim(t, hinata), fmt.Sprintf("2009-0%d-01", round+1))
		v := s.create(t, d)
		d.OnDuplicate = apply.Supersede
		filed, errs := together(2, func(i int) (*apply.Filed, error) {
			if i == 0 {
				return s.file(v.ID)
			}
			return s.whole(d)
		})
		for _, err := range errs {
			if f := fault.As(err); err != nil && f.Code != fault.CodeNotFound && f.Code != fault.CodeConflict {
				t.Errorf("%s", casetest.Details(err))
			}
		}
		standing := casetest.Value[int](
			s,
			`select count(*) from applications where state = 'arrived' and children_index = (select children_index from applications
				where id = any($1::uuid[]) limit 1)`,
			ids(filed),
		)
		if standing != 1 {
			t.Errorf("%d stand: %s, %s", standing, casetest.Details(errs[0]), casetest.Details(errs[1]))
		}
	}
}

func ids(filed []*apply.Filed) string {
	out := ""
	for _, f := range filed {
		if f != nil && out != "" {
			out += ","
		}
		if f != nil {
			out += f.ID
		}
	}
	return "{" + out + "}"
}
