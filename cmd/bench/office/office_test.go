package office

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/configs"
)

// held are the seeds of months on which no rule was ever tried out.
var held = []uint64{20261101, 20261102, 20261103, 20261104, 20261105}

var national = sync.OnceValues(func() (*catalogue.Catalogue, error) { return catalogue.Load(configs.Procedures()) })

func trial(t testing.TB, seed uint64, papers int) Report {
	t.Helper()
	cat, err := national()
	if err != nil {
		t.Fatal(err)
	}
	r, err := Trial(cat, seed, papers)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestAMonthsTrialCanBeTrusted: hardly a paper that says the same is said to differ, every planted difference is found, and a person
// has to look at few (P12).
func TestAMonthsTrialCanBeTrusted(t *testing.T) {
	for _, seed := range held {
		r := trial(t, seed, 400)
		if all := Sum(r.Same); !r.Reached() || share(all, "unsure") > 5 || all[Refused] > 0 {
			var text strings.Builder
			if err := r.Print(&text, 20); err != nil {
				t.Fatal(err)
			}
			t.Errorf("the month of seed %d:\n%s", seed, text.String())
		}
	}
}

// TestOneSeedIsOneMonth: the same papers again, and others with another seed.
func TestOneSeedIsOneMonth(t *testing.T) {
	if one, again := trial(t, 7, 200), trial(t, 7, 200); !reflect.DeepEqual(one, again) {
		t.Error("the same seed gave two months")
	}
	if one, other := trial(t, 7, 200), trial(t, 8, 200); reflect.DeepEqual(one, other) {
		t.Error("two seeds gave one month")
	}
}
