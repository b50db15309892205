package answers

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/configs"
)

func version(t *testing.T, code string) *catalogue.Version {
	t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	return cat.Procedure(code).Latest()
}

// flat writes a draft's content as a page would send it.
func flat(out url.Values, at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			flat(out, at+"."+name, member)
		}
	case []any:
		if _, text := first(v).(string); text {
			for _, one := range v {
				out.Add(at, one.(string))
			}
			if strings.HasPrefix(at, "form.") { // one entry a line
				out.Set(at, written(v))
			}
			return
		}
		out.Set(at+".count", strconv.Itoa(len(v)))
		for i, member := range v {
			flat(out, at+"."+strconv.Itoa(i), member)
		}
	case string:
		if d, err := jp.ParseDate(v); err == nil {
			out.Set(at+"-y", strconv.Itoa(d.Year))
			out.Set(at+"-m", strconv.Itoa(int(d.Month)))
			out.Set(at+"-d", strconv.Itoa(d.Day))
			return
		}
		if month, ok := question.MonthOf(v); ok && month == v {
			out.Set(at+"-y", v[:4])
			out.Set(at+"-m", v[5:])
			return
		}
		out.Set(at, v)
	default:
		out.Set(at, written(v))
	}
}

func first(v []any) any {
	if len(v) == 0 {
		return nil
	}
	return v[0]
}

// What a page sends for the example of each procedure is the example again: every type of question goes there and back.
func TestEachExampleGoesThereAndBack(t *testing.T) {
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range cat.Procedures() {
		v := p.Latest()
		raw, form, err := v.ExampleCase("998010", jp.Date{Year: 2026, Month: 11, Day: 24})
		if err != nil {
			t.Fatal(err)
		}
		var facts map[string]any
		if err := json.Unmarshal(raw, &facts); err != nil {
			t.Fatal(err)
		}
		values := url.Values{}
		flat(values, "facts", facts)
		if got := plain(t, (Saved{Version: v}).SentFacts(values, false)); !reflect.DeepEqual(got, plain(t, facts)) {
			t.Errorf("%s: facts\n%v, want\n%v", p.Code, got, plain(t, facts))
		}
		for _, s := range v.FormRules().Sections() {
			saved, there := form[s.Key]
			if !there {
				continue
			}
			values := url.Values{}
			flat(values, "form."+s.Key, plain(t, saved))
			n := 0
			if list, ok := saved.([]any); ok {
				n = len(list)
			}
			if got := plain(t, (Saved{Version: v}).SentSection(s, values, n, false)); !reflect.DeepEqual(got, plain(t, saved)) {
				t.Errorf("%s: %s\n%v, want\n%v", p.Code, s.Key, got, plain(t, saved))
			}
		}
	}
}

// plain is a value as JSON has it, without the difference between kinds of numbers.
func plain(t *testing.T, v any) any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatIsAskedOnAConditionIsLeftOut(t *testing.T) {
	v := version(t, "child-allowance-claim").Procedure.Versions[0]
	values := url.Values{"facts.has_spouse": {"false"}, "facts.spouse.jan1_municipality": {"998010"}}
	if got := (Saved{Version: v}).SentFacts(values, false); got["spouse"] != nil {
		t.Errorf("a spouse who is not there: %v", got)
	}
	if got := (Saved{Version: v}).SentFacts(values, true); got["has_spouse"] != false || got["spouse"] != nil {
		t.Errorf("a patch does not take the spouse away: %v", got)
	}
}

func TestWrongAnswersStayForTheRuleToRefuse(t *testing.T) {
	for typed, want := range map[string]any{"１２": json.Number("12"), "007": json.Number("7"), "0": json.Number("0"), "-1": "-1", "2.5": "2.5", "two": "two",
		" ": nil} {
		if got := number(typed); got != want {
			t.Errorf("%q: %#v, not %#v", typed, got, want)
		}
	}
	if got := truth("perhaps"); got != "perhaps" {
		t.Errorf("perhaps: %v", got)
	}
}

func TestEntriesAreAddedAndRemoved(t *testing.T) {
	v := url.Values{"facts.children.count": {"3"}, "facts.children.0.x": {"a"}, "facts.children.1.x": {"b"}, "facts.children.2.x": {"c"},
		"remove": {"facts.children.1"}}
	if !Edited(v) || v.Get("facts.children.count") != "2" || v.Get("facts.children.0.x") != "a" || v.Get("facts.children.1.x") != "c" ||
		v.Has("facts.children.2.x") {
		t.Errorf("removed: %v", v)
	}
	v = url.Values{"facts.children.count": {"2"}, "add": {"facts.children"}}
	if !Edited(v) || v.Get("facts.children.count") != "3" {
		t.Errorf("added: %v", v)
	}
	v = url.Values{"facts.children.count": {"3"}, "facts.children.0.x": {"a"}, "facts.children.1.x": {"b"}, "facts.children.2.x": {"c"}}
	before := v.Encode()
	Remove(v, "facts.children", 1)
	Remove(v, "facts.children", 0)
	if v.Get("facts.children.0.x") != "c" || v.Get("facts.children.count") != "1" {
		t.Errorf("two removed: %v", v)
	}
	for range 2 {
		v.Set("undo", "facts.children")
		Edited(v)
		v.Del("undo")
	}
	if v.Del("facts.children.removed.count"); v.Encode() != before {
		t.Errorf("undone: %v", v)
	}
	for _, wrong := range []string{"facts.children", "facts.children.9", "facts.children.x", ""} {
		v := url.Values{"facts.children.count": {"2"}, "remove": {wrong}}
		Edited(v)
		if v.Get("facts.children.count") != "2" {
			t.Errorf("%q removed something", wrong)
		}
	}
	if n := Count(url.Values{"x.count": {"1000000"}}, "x"); n != mostEntries {
		t.Errorf("%d entries", n)
	}
}
