package parent_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// TestWhatWasAnsweredBeforeIsOffered: in a section that is empty, from what the same person filed, and only when it is asked for.
func TestWhatWasAnsweredBeforeIsOffered(t *testing.T) {
	s := webtest.New(t)
	filed, id := s.Filed(webtest.Parent, webtest.Hinata), s.Draft(webtest.Parent, webtest.Minato)
	b := s.As(webtest.Parent)
	const offer, name, child = "前の内容を入れる", "名 ※", "名 ※"
	empty := func(section string, kept url.Values) string {
		t.Helper()
		at := "/applications/" + id + "/form/" + section
		page := b.Get(at)
		page.Lacks(offer)
		version := page.Find(`input[name=version]`).AttrOr("value", "")
		kept.Set("version", version)
		if status, out := b.Save(at, kept); status != http.StatusOK {
			t.Fatalf("emptying %s: %d %v", section, status, out)
		}
		return at
	}
	applicant := b.Get(empty("applicant", url.Values{})).Is(http.StatusOK)
	applicant.Shows(offer)
	if applicant.Value(name) != "" {
		t.Errorf("it is imposed: %q", applicant.Value(name))
	}
	before, _ := b.JSON("/api/v1/applications/" + filed)["form"].(map[string]any)
	want, _ := before["applicant"].(map[string]any)
	taken := applicant.Follow(offer).Is(http.StatusOK)
	if taken.Value(name) != want["given_name"] {
		t.Errorf("filled in: %q, not %v", taken.Value(name), want["given_name"])
	}
	if saved, _ := b.JSON("/api/v1/applications/" + id)["form"].(map[string]any); fmt.Sprint(saved["applicant"]) == fmt.Sprint(want) {
		t.Error("it was saved before anybody looked at it")
	}
	if next := taken.Form("保存して次へ").Submit().Is(http.StatusOK); next.Path == taken.Path {
		t.Errorf("it cannot be saved: %s", next.Text())
	}
	born := url.Values{"facts.children.count": {"1"}, "facts.children.0.birth_date-y": {"2018年5月10日"}}
	children := b.Get(empty("children", born)).Follow(offer).Is(http.StatusOK)
	if children.Value(child) == "" {
		t.Errorf("the child of the same birth date is not filled in: %s", children.Text())
	}
	// A stranger's application is no source, nor one named in the address.
	neighbour := s.As(webtest.Neighbour)
	own := s.Draft(webtest.Neighbour, webtest.Minato)
	at := "/applications/" + own + "/form/applicant"
	neighbour.Save(at, url.Values{"version": {neighbour.Get(at).Find(`input[name=version]`).AttrOr("value", "")}})
	if shown := neighbour.Get(at + "?from=" + filed).Is(http.StatusOK); shown.Value(name) != "" {
		t.Errorf("somebody else's answers: %q", shown.Value(name))
	}
}
