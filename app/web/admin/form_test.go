package admin

import (
	"net/url"
	"strconv"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/jp"
)

func TestInstantsAsAdminsTypeThem(t *testing.T) {
	at := func(hour, minute int) time.Time { return time.Date(2026, 4, 1, hour, minute, 0, 0, jp.JST) }
	for typed, want := range map[[4]string]time.Time{
		{"2026", "4", "1", ""}: at(0, 0), {"令和8", "4", "1", "9:30"}: at(9, 30), {"２０２６", "４", "１", "０９：００"}: at(9, 0),
		{"2026", "4", "1", "9時30分"}: at(9, 30), {"2026", "4", "1", "9時"}: at(9, 0), {"2026", "4", "1", "23:59"}: at(23, 59), {"", "", "", ""}: {},
	} {
		got, ok := instantOf(values("at", typed), "at")
		if !ok || !got.Equal(want) {
			t.Errorf("%v: %v %v", typed, got, ok)
		}
		if _, ok := instantOf(values("at", [4]string{typed[0], typed[1], typed[2], "24:00"}), "at"); ok {
			t.Errorf("%v at 24:00 was taken", typed)
		}
	}
	for _, typed := range [][4]string{{"2026", "2", "30", ""}, {"2026", "4", "1", "9"}, {"2026", "4", "1", "x:y"}, {"2026", "4", "1", "9:60"}, {"2026", "4", "1",
		"-1:00"}, {"", "", "", "9:00"}, {"2026", "", "", ""}} {
		if got, ok := instantOf(values("at", typed), "at"); ok {
			t.Errorf("%v was taken as %v", typed, got)
		}
	}
}

func values(name string, typed [4]string) url.Values {
	return url.Values{name + "-y": {typed[0]}, name + "-m": {typed[1]}, name + "-d": {typed[2]}, name + "-t": {typed[3]}}
}

func TestRowsComeAndGo(t *testing.T) {
	form := url.Values{"rows": {"1"}, "procedure-0": {"a"}, "item-0": {"*"}, "from-0-y": {"2026"}, "reason": {"r"}}
	addRow(form)
	form.Set("procedure-1", "b")
	addRow(form)
	form.Set("procedure-2", "c")
	if form.Get("rows") != "3" || form.Get("from-2-y") != "2026" || form.Get("item-2") != "*" {
		t.Errorf("a row is not like the one before: %v", form)
	}
	removeRow(form, "0")
	if form.Get("rows") != "2" || form.Get("procedure-0") != "b" || form.Get("procedure-1") != "c" {
		t.Errorf("the first was taken out: %v", form)
	}
	for _, which := range []string{"2", "-1", "x", ""} {
		removeRow(form, which)
	}
	removeRow(form, "1")
	removeRow(form, "0")
	if form.Get("rows") != "1" || form.Get("procedure-0") != "b" {
		t.Errorf("one stays: %v", form)
	}
	for _, count := range []string{"0", "-3", "x", "50", "99999999"} {
		form.Set("rows", count)
		addRow(form)
		removeRow(form, "0")
		if got := form.Get("rows"); got != count && got != "49" {
			t.Errorf("%s rows became %s", count, got)
		}
	}
}

func TestBarsStayWithinTheirScale(t *testing.T) {
	for _, c := range []struct{ value, threshold, most float64 }{{0, 0, 0}, {5, 50, 55}, {60, 50, 55}, {-1, 0.98, 1}, {0.98, 0.98, 1}} {
		b := barOf(c.value, c.threshold, c.most)
		if b.Length < 0 || b.Length > chartWidth || b.Threshold < 0 || b.Threshold > chartWidth || b.Reached != (c.value >= c.threshold) {
			t.Errorf("%+v: %+v", c, b)
		}
	}
	for part, want := range map[float64]string{0.94999: "94.99%", 1: "100%", 0.5: "50%"} {
		if got := percent(&part); got != want {
			t.Errorf("%v: %s, want %s", part, got, want)
		}
	}
	if percent(nil) != "–" {
		t.Error("nothing compared has no rate")
	}
}

// What was ticked is proposed, all of it: more than one form can check by eye is for the use case to refuse, not to drop.
func TestEveryTickIsKept(t *testing.T) {
	ticked := url.Values{}
	for n := range 3 * mostRows {
		ticked.Add("pair", "procedure-"+strconv.Itoa(n)+"/item")
		ticked.Add("pair", "procedure-"+strconv.Itoa(n)+"/item")
	}
	ticked.Add("pair", "no pair")
	if got := chosen(ticked, "pair"); len(got) != 3*mostRows {
		t.Errorf("%d of %d", len(got), 3*mostRows)
	}
}
