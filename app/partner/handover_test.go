package partner_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/models"
)

// From the site's prefilled application to the parent's own filing: each field knows where it came from, and what the parent
// changed is the parent's.
func TestAHandOverEndsInAFiledCase(t *testing.T) {
	s := setUp(t)
	id, secret := s.handOver(t)
	h, err := s.service.OpenHandover(bg, s.Parent, id, secret)
	if err != nil {
		t.Fatal(err)
	}
	if h.Site != kotori || h.Source != "手帳 42" || h.Procedure != pregnant || !slices.Contains(h.Fields, "/form/applicant/family_name") {
		t.Errorf("shown: %+v", h)
	}
	if _, err := s.service.OpenHandover(bg, s.Parent, id, ""); err != nil { // bound: the secret is not needed any more
		t.Error(err)
	}
	v, err := s.accept(s.Parent, id, secret)
	if err != nil {
		t.Fatalf("%+v", fault.As(err))
	}
	if v.State != models.StateDraft || v.Channel != models.ChannelHandover || len(v.Origins) != len(h.Fields) {
		t.Fatalf("a %s by %s with %d origins of %d fields", v.State, v.Channel, len(v.Origins), len(h.Fields))
	}
	patch, _ := json.Marshal(map[string]any{"form": map[string]any{"applicant": map[string]any{"address": "ひなた市青葉1-2-3"}}})
	v, err = s.Apply.Change(bg, s.Parent, v.ID, v.Version, apply.Patch(patch))
	if err != nil {
		t.Fatalf("%+v", fault.As(err))
	}
	if _, still := v.Origins["/form/applicant/address"]; still || v.Origins["/form/applicant/family_name"] != kotori {
		t.Errorf("origins after a change: %v", v.Origins)
	}
	before := len(v.Origins)
	if _, err := s.Apply.File(bg, s.Parent, casetest.Once(), v.ID, nil); err != nil {
		t.Fatalf("%+v", fault.As(err))
	}
	if v, err = s.Apply.Get(bg, s.Parent, v.ID); err != nil || v.State != models.StateArrived || v.Channel != models.ChannelHandover || len(v.Origins) != before {
		t.Errorf("filed: %+v %v", v, err)
	}
	if n := casetest.Value[int](s,
		`select count(*) from audit_entries where object_id = $1 and action in ('hand-over', 'open-handover', 'accept-handover')`, id); n != 5 {
		t.Errorf("%d entries in the trail of the hand-over, want 5", n)
	}
}

func TestALinkWorksOnceForOnePerson(t *testing.T) {
	s := setUp(t)
	id, secret := s.handOver(t)
	_, err := s.service.OpenHandover(bg, s.Parent, id, "")
	casetest.Refused(t, err, fault.CodeNotFound) // without the secret it does not exist
	_, err = s.service.OpenHandover(bg, s.Parent, id, "wrong")
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = s.accept(s.Parent, id, "wrong")
	casetest.Refused(t, err, fault.CodeNotFound)
	if _, err := s.service.OpenHandover(bg, s.Parent, id, secret); err != nil {
		t.Fatal(err)
	}
	_, err = s.service.OpenHandover(bg, s.second, id, secret)
	casetest.Refused(t, err, fault.CodeNotFound) // another person, with the right secret
	_, err = s.accept(s.second, id, secret)
	casetest.Refused(t, err, fault.CodeNotFound)
	casetest.Refused(t, s.service.DeclineHandover(bg, s.second, id, secret), fault.CodeNotFound)
	if _, err = s.accept(s.Parent, id, ""); err != nil {
		t.Fatal(err)
	}
	_, err = s.accept(s.Parent, id, secret)
	refused(t, err, fault.CodeNotAllowedNow, "link-used")
	_, err = s.service.OpenHandover(bg, s.Parent, id, secret)
	refused(t, err, fault.CodeNotAllowedNow, "link-used")
	for _, malformed := range []string{"", "1", "../x"} {
		_, err := s.service.OpenHandover(bg, s.Parent, malformed, secret)
		casetest.Refused(t, err, fault.CodeNotFound)
	}
}

// The same request, sent twice, gives the same draft although the link was used.
func TestAcceptingIsRepeatable(t *testing.T) {
	s := setUp(t)
	id, secret := s.handOver(t)
	req := casetest.Once()
	first, err := partner.Accept[*apply.View](bg, s.service, s.Apply, s.Parent, req, id, secret, "")
	if err != nil {
		t.Fatal(err)
	}
	again, err := partner.Accept[*apply.View](bg, s.service, s.Apply, s.Parent, req, id, secret, "")
	if err != nil || again.ID != first.ID || again.Origins["/form/applicant/family_name"] != kotori {
		t.Errorf("again: %+v %v", again, err)
	}
	// And the site's: one hand-over, one link.
	link, err := s.service.HandOver(bg, s.site, req, partner.Site{Name: kotori}, s.sent(t))
	if err != nil {
		t.Fatal(err)
	}
	same, err := s.service.HandOver(bg, s.site, req, partner.Site{Name: kotori}, s.sent(t))
	if err != nil || *same != *link {
		t.Errorf("%+v, then %+v %v", link, same, err)
	}
}

// Of many who open a link at once, one has it; of many acceptances at once, one makes a draft.
func TestALinkIsNotSharedByARace(t *testing.T) {
	s := setUp(t)
	id, secret := s.handOver(t)
	opened := make(chan models.Actor, 2)
	done := make(chan struct{})
	for _, who := range []models.Actor{s.Parent, s.second} {
		go func() {
			defer func() { done <- struct{}{} }()
			if _, err := s.service.OpenHandover(bg, who, id, secret); err == nil {
				opened <- who
			}
		}()
	}
	<-done
	<-done
	if len(opened) != 1 {
		t.Fatalf("%d people have it", len(opened))
	}
	owner := <-opened
	results := make(chan error, 4)
	for range 4 {
		go func() { _, err := s.accept(owner, id, ""); results <- err }()
	}
	made := 0
	for range 4 {
		if err := <-results; err == nil {
			made++
		} else if fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	}
	if n := casetest.Value[int](s, `select count(*) from applications`); made != 1 || n != 1 {
		t.Errorf("%d acceptances, %d drafts", made, n)
	}
}

func TestWhatWasSentIsErased(t *testing.T) {
	s := setUp(t)
	gone := func(id string, state models.HandoverState) {
		t.Helper()
		if n := casetest.Value[int](s, `select count(*) from handovers where id = $1 and state = $2 and sealed is null and wrapped_key is null`, id, state); n != 1 {
			t.Errorf("the content of the %s hand-over is still there", state)
		}
	}
	accepted, secret := s.handOver(t)
	if _, err := s.accept(s.Parent, accepted, secret); err != nil {
		t.Fatal(err)
	}
	gone(accepted, models.HandoverAccepted)
	declined, secret := s.handOver(t)
	if err := s.service.DeclineHandover(bg, s.Parent, declined, secret); err != nil {
		t.Fatal(err)
	}
	gone(declined, models.HandoverDeclined)
	_, err := s.service.OpenHandover(bg, s.Parent, declined, secret)
	refused(t, err, fault.CodeNotAllowedNow, "link-declined")
	_, err = s.accept(s.Parent, declined, secret)
	refused(t, err, fault.CodeNotAllowedNow, "link-declined")

	expired, secret := s.handOver(t)
	late := `update handovers set expires_at = clock_timestamp() where id = $1`
	s.Exec(late, expired)
	for range 2 { // before the sweep and after it, for who has not opened it yet
		_, err = s.service.OpenHandover(bg, s.second, expired, secret)
		refused(t, err, fault.CodeNotAllowedNow, "link-expired")
		_, err = s.accept(s.second, expired, secret)
		refused(t, err, fault.CodeNotAllowedNow, "link-expired")
		if err := s.service.Sweep(bg); err != nil {
			t.Fatal(err)
		}
	}
	gone(expired, models.HandoverExpired)
	unopened, secret := s.handOver(t)
	s.Exec(late, unopened)
	if err := s.service.Sweep(bg); err != nil {
		t.Fatal(err)
	}
	_, err = s.service.OpenHandover(bg, s.Parent, unopened, secret)
	refused(t, err, fault.CodeNotAllowedNow, "link-expired")
	if n := casetest.Value[int](s, `select count(*) from handovers where state <> 'open'`); n != 4 {
		t.Errorf("%d ended hand-overs are remembered, want 4", n)
	}
}

func TestHandOversAreCheckedAsDraftsAre(t *testing.T) {
	s := setUp(t)
	for name, c := range map[string]struct {
		change        func(*partner.Sent)
		code, pointer string
	}{
		"procedure":    {func(in *partner.Sent) { in.Procedure = "no-such" }, fault.CodeUnknownProcedure, "/procedure"},
		"municipality": {func(in *partner.Sent) { in.Municipality = "998028" }, fault.CodeInvalidMunicipal, "/municipality"},
		"wrong code":   {func(in *partner.Sent) { in.Municipality = "1" }, fault.CodeInvalidMunicipal, "/municipality"},
		"type of a field": {func(in *partner.Sent) { in.Form["applicant"].(map[string]any)["family_name"] = 7 }, fault.CodeInvalidForm,
			"/form/applicant/family_name"},
		"unknown fact": {func(in *partner.Sent) { in.Facts = json.RawMessage(`{"other": 1}`) }, fault.CodeInvalidFacts, "/facts/other"},
		"individual number": {func(in *partner.Sent) { in.Form["applicant"].(map[string]any)["address"] = "123456789018" }, fault.CodeIndividualNumber,
			"/form/applicant/address"},
		"number as source": {func(in *partner.Sent) { in.Source = "1234-5678-9018" }, fault.CodeIndividualNumber, "/source"},
		"long source":      {func(in *partner.Sent) { in.Source = strings.Repeat("あ", 201) }, fault.CodeInvalidRequest, "/source"},
		"long life":        {func(in *partner.Sent) { in.Lifetime = 31 * 24 * time.Hour }, fault.CodeInvalidRequest, "/expires_in"},
		"short life":       {func(in *partner.Sent) { in.Lifetime = time.Second }, fault.CodeInvalidRequest, "/expires_in"},
	} {
		in := s.sent(t)
		c.change(&in)
		_, err := s.service.HandOver(bg, s.site, casetest.Once(), partner.Site{Name: kotori}, in)
		f := fault.As(err)
		if f == nil || f.Code != c.code || !slices.ContainsFunc(f.Details, func(d fault.Detail) bool { return d.Pointer == c.pointer }) {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if n := casetest.Value[int](s, `select count(*) from handovers`); n != 0 {
		t.Errorf("%d hand-overs were kept", n)
	}
	// What is not there yet is no fault, as in a draft.
	if _, err := s.service.HandOver(bg, s.site, casetest.Once(), partner.Site{Name: kotori}, partner.Sent{Procedure: pregnant, Municipality: hinata}); err != nil {
		t.Error(err)
	}
}

// Neither the content nor the secret lies in clear.
func TestHandOversAreSealed(t *testing.T) {
	s := setUp(t)
	id, secret := s.handOver(t)
	row := casetest.Value[string](s, `select row_to_json(h)::text from handovers h where id = $1`, id)
	sealed := casetest.Value[[]byte](s, `select sealed from handovers where id = $1`, id)
	if strings.Contains(row, secret) || strings.Contains(row, "手帳 42") || bytes.Contains(sealed, []byte("手帳 42")) {
		t.Error("the row holds the secret or the content in clear")
	}
}
