package admin

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
)

// written finds the actions that the code writes into the trail as they stand.
var written = regexp.MustCompile(`(?:\b(?:Audit|audit|record|noteBroadcast|said|entry|auditStaff|endHandover|moveBroadcast)\([^"\n]*|` +
	`Action:\s*|\baction :?= )` +
	`"([a-z-]+)"`)

// An auditor reads words, never an action's name: each that the program can write has some.
func TestEveryActHasWords(t *testing.T) {
	found := map[string]string{}
	elsewhere := regexp.MustCompile(`casetest|_test\.go$|/web/|/api/`)
	err := filepath.WalkDir("../../", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || elsewhere.MatchString(path) {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range written.FindAllStringSubmatch(string(text), -1) {
			if !strings.HasSuffix(m[1], "-") { // the rest stands below
				found[m[1]] = path
			}
		}
		return err
	})
	if err != nil || len(found) < 60 {
		t.Fatalf("%d actions found: %v", len(found), err)
	}
	for _, e := range lifecycle.ItemEvents {
		found["item-"+string(e)] = "lifecycle"
	}
	for _, s := range discrepancy.Steps {
		found["discrepancy-"+string(s)] = "discrepancy"
	}
	for _, s := range []models.ScanState{models.ScanClean, models.ScanInfected, models.ScanFailed} {
		found["scan-"+string(s)] = "document"
	}
	for _, k := range []models.ChangeKind{models.ChangeSwitch, models.ChangeSuspension, models.ChangeLift} {
		found["propose-"+string(k)] = "operate"
	}
	for action, where := range found {
		if !slices.Contains(acts, action) && !nobodys[action] {
			t.Errorf("%s, written in %s, has no words", action, where)
		}
	}
	texts, err := os.ReadFile("texts/acts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range append(slices.Clone(acts), "other") {
		if !strings.Contains(string(texts), "act."+action+": {ja: ") {
			t.Errorf("acts.yaml has no words for %s", action)
		}
	}
}

// nobodys are words that the pattern finds and that are no actions.
var nobodys = map[string]bool{"application": true, "title": true, "text": true, "item": true, "file": true, "subject": true, "exchange": true,
	"discrepancy": true, "handover": true}

func TestOneActIsOneLine(t *testing.T) {
	at := time.Date(2026, 5, 1, 3, 0, 0, 0, time.UTC)
	clerk, other := "c", "o"
	made := func(actor *string, action, object, request string, minutes int) entry {
		e := models.AuditEntry{At: at.Add(-time.Duration(minutes) * time.Minute), ActorID: actor, Role: models.RoleReviewer, Action: action, ObjectID: object,
			RequestID: request}
		return entry{AuditEntry: e, Actor: *actor, What: action}
	}
	newest := []entry{
		made(&clerk, "open-case", "a", "r5", 0), // the page after the decision
		made(&clerk, "open-case", "a", "r4", 1), made(&clerk, "decide", "a", "r4", 1), made(&clerk, "list-notes", "a", "r4", 1),
		made(&other, "open-case", "a", "r3", 2),
		made(&clerk, "open-view", "f", "r2", 3), made(&clerk, "open-view", "f", "r1", 4),
		made(&clerk, "open-view", "f", "r0", 40),
	}
	var out []deed
	for i := range newest {
		if len(out) == 0 || !out[len(out)-1].takes(&newest[i]) {
			out = append(out, deed{entry: newest[i], Times: 1})
		}
	}
	var said []string
	for _, d := range out {
		said = append(said, d.Actor+" "+d.Action+strings.Repeat("+", d.Times-1)+" "+strings.Join(d.Beside, ","))
	}
	want := []string{"c open-case+ ", "c decide list-notes", "o open-case ", "c open-view+ ", "c open-view "}
	if !slices.Equal(said, want) {
		t.Errorf("got %q, want %q", said, want)
	}
}
