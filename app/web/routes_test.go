package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web"
	"kosodate.example/onestop/app/web/page"
)

// nobody are people whom nobody asks for.
type nobody struct{}

func (nobody) PersonFor(context.Context, string, string) (string, error) { return "", nil }

// whose says whose a page is, by where it is: written down a second time on purpose (security.md, "Identity"). The first
// beginning that fits counts.
var whose = []struct{ begins, permission string }{
	{"/session/", "signed-in"},
	{"/apply/", "applicant"}, {"/applications", "applicant"}, {"/messages", "applicant"}, {"/me", "applicant"},
	{"/handovers/", "applicant"}, {"/share-requests/", "applicant"},
	{"/staff/sign-in", "public"}, {"/staff", "reviewer"}, {"/admin", "admin"}, {"/audit", "auditor"},
	{"/", "public"},
}

func TestEachPageIsForWhomItIsMade(t *testing.T) {
	e, err := edge.New(edge.Options{Log: slog.New(slog.DiscardHandler), People: nobody{}, PublicURL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.Mount(e, &usecase.Services{}, page.Options{Providers: []string{"http://127.0.0.1:2"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	operations := map[string]string{}
	for _, r := range site.Routes() {
		if want := permissionOf(r.Path); r.Permission.String() != want && !exception(r.Path, r.Permission.String()) {
			t.Errorf("%s %s is for %s, want %s", r.Method, r.Path, r.Permission, want)
		}
		if other, twice := operations[r.Operation]; twice {
			t.Errorf("%s %s and %s are both called %s", r.Method, r.Path, other, r.Operation)
		}
		operations[r.Operation] = r.Path
		if r.Method != http.MethodGet && r.Permission.IsPublic() && r.Operation != "ask-own-documents" { // changes nothing: answers belong in no address
			t.Errorf("%s %s changes something and is open to all", r.Method, r.Path)
		}
	}
	if len(operations) < 20 {
		t.Errorf("there are %d pages only", len(operations))
	}
}

func permissionOf(path string) string {
	for _, w := range whose {
		if strings.HasPrefix(path, w.begins) {
			return w.permission
		}
	}
	return "nobody"
}

// exception are the pages of admins that only some of them may use, or auditors too.
func exception(path, permission string) bool {
	return strings.HasPrefix(path, "/admin") && (permission == "municipal-admin" || permission == "national" || permission == "oversight")
}
