package audit

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func TestAQueryThatNoEntryCanMeetIsRefused(t *testing.T) {
	now := time.Now()
	for parameter, q := range map[string]postgres.AuditQuery{
		"id": {ID: "x"}, "actor": {Actor: "x"}, "subject": {Subject: "X"}, "cursor": {After: "1"}, "municipality": {Municipality: "998011"}, "role": {Role: "king"},
		"to": {From: now, To: now.Add(-time.Second)},
	} {
		f := fault.As(checkQuery(q))
		if f == nil || f.Kind != fault.Refused || len(f.Details) != 1 || f.Details[0].Parameter != parameter || f.Details[0].Reason == "" {
			t.Errorf("%s: %v", parameter, f)
		}
	}
	sound := postgres.AuditQuery{
		Actor:        models.NewID(),
		Subject:      models.NewID(),
		After:        models.NewID(),
		Municipality: "998010",
		Role:         "system",
		From:         now,
		To:           now,
		Object:       "any",
		Action:       "any",
	}
	if err := checkQuery(sound); err != nil {
		t.Errorf("a sound query: %v", err)
	}
	for _, role := range Roles {
		if err := checkQuery(postgres.AuditQuery{Role: string(role)}); err != nil {
			t.Errorf("%s: %v", role, err)
		}
	}
}

func TestTheSearchSaysWhatWasAskedFor(t *testing.T) {
	from := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	got := asked(postgres.AuditQuery{Object: "a&b", Action: "file", From: from, Limit: 5, After: "x"})
	if want := "action=file&from=2026-04-01T09%3A00%3A00%2B09%3A00&object=a%26b"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := asked(postgres.AuditQuery{Limit: 5}); got != "" {
		t.Errorf("everything: %q", got)
	}
}
