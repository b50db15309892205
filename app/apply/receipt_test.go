package apply_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
)

func (s *stage) receipt(t testing.TB, id string) *apply.Receipt {
	t.Helper()
	r, err := s.service.Receipt(context.Background(), s.Parent, id)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	return r
}

func digestOf(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

// manifestDigest is the digest of the manifest as its owner gets it now.
func (s *stage) manifestDigest(t testing.TB, id string) string {
	t.Helper()
	m, err := s.service.Manifest(context.Background(), s.Parent, id)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := m.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return digestOf(string(raw))
}

// A receipt shows what was filed while a correction is written, and after it was handed in, which it names.
func TestAReceiptShowsWhatWasFiled(t *testing.T) {
	s := setUp(t)
	ctx := context.Background()
	id := s.create(t, s.claim(t, minato)).ID
	if _, err := s.service.Receipt(ctx, s.Parent, id); fault.As(err) == nil || fault.As(err).Code != fault.CodeNotAllowedNow {
		t.Errorf("a draft has a receipt: %v", err)
	}
	for _, q := range s.get(t, id).Plan.Requirements {
		if q.Decision == "attach" {
			s.Attach(id, dossier.DocumentRef{Document: q.Document, Subject: q.Subject}, q.Document+".pdf", models.ScanClean)
		}
	}
	filed := s.mustFile(t, id)
	first := s.receipt(t, id)
	name := func(r *apply.Receipt) any { return r.Form["applicant"].(map[string]any)["family_name"] }
	if first.Number != filed.ReceiptNumber || first.Revision != 1 || first.Version != filed.Plan.Version || first.Corrected != nil || first.Open != 0 ||
		first.ManifestSha256 != s.manifestDigest(t, id) || len(first.Items) != len(filed.Plan.Requirements) || len(first.Files) == 0 {
		t.Fatalf("%+v", first)
	}

	s.move(id, lifecycle.EventAccept, lifecycle.Facts{})
	s.correction(id, dossier.Ask{Fields: []string{"/form/applicant/family_name"}, Text: "直してください。"})
	s.patch(t, id, s.get(t, id).Version, `{"form":{"applicant":{"family_name":"別"}}}`)
	s.Attach(id, dossier.DocumentRef{Document: first.Files[0].Document, Subject: first.Files[0].Subject}, "new.pdf", models.ScanClean)
	open := s.receipt(t, id)
	if open.Open != 1 || open.Corrected != nil {
		t.Errorf("the correction that is open: %+v", open)
	}
	open.Open = 0
	for i := range open.Items { // what they are now is no part of what was filed
		open.Items[i] = first.Items[i]
	}
	if !reflect.DeepEqual(open, first) {
		t.Errorf("a correction that is being written changed the receipt\n%+v\n%+v", first, open)
	}

	if _, err := s.service.SubmitCorrection(ctx, s.Parent, casetest.Once(), id, 1, nil); err != nil {
		t.Fatal(casetest.Details(err))
	}
	after := s.receipt(t, id)
	if name(after) != name(first) || after.ManifestSha256 != first.ManifestSha256 || after.Revision != 1 || !after.ArrivedAt.Equal(first.ArrivedAt) ||
		after.Number != first.Number {
		t.Errorf("a correction that was handed in changed the receipt\n%+v\n%+v", first, after)
	}
	if len(after.Corrected) != 1 || after.Open != 0 || after.Corrected[0].Before(after.ArrivedAt) {
		t.Errorf("it does not name the correction: %+v", after)
	}
	if after.ManifestSha256 == s.manifestDigest(t, id) {
		t.Error("the correction did not change the manifest: this test shows nothing")
	}
	if n := len(after.Files); n != len(first.Files)+1 || after.Files[n-1].Sha256 != digestOf("new.pdf") || !reflect.DeepEqual(after.Files[:n-1], first.Files) {
		t.Errorf("files\n%+v\n%+v", first.Files, after.Files)
	}
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	if _, err := s.service.Receipt(ctx, stranger, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a stranger gets it: %v", err)
	}
}

// What was declared at the filing stays on the receipt, also when the correction declares something else.
func TestAReceiptKeepsWhatWasDeclared(t *testing.T) {
	s := setUp(t)
	ctx := context.Background()

	id := s.create(t, s.claim(t, minato)).ID
	v := s.get(t, id)
	var asked []dossier.Declaration
	for _, q := range v.Plan.Requirements {
		if q.Decision == "attach" {
			asked = append(asked, dossier.Declaration{Document: q.Document, Subject: q.Subject, Kind: dossier.CannotProvide, Reason: "ありません"})
		}
	}
	if len(asked) == 0 {
		t.Fatal("nothing is asked for")
	}
	s.patch(t, id, v.Version, patchOf(t, map[string]any{"declarations": asked}))
	s.mustFile(t, id)
	declared := func() string {
		for _, i := range s.receipt(t, id).Items {
			if i.Document == asked[0].Document && i.Subject == asked[0].Subject {
				return i.Declared
			}
		}
		return "not there"
	}
	if declared() != dossier.CannotProvide {
		t.Fatal(declared())
	}
	s.move(id, lifecycle.EventAccept, lifecycle.Facts{})
	s.Exec(`update plan_items set state = 'awaiting-document' where application_id = $1`, id)
	s.correction(id, dossier.Ask{Items: []dossier.DocumentRef{{Document: asked[0].Document, Subject: asked[0].Subject}}, Text: "出してください。"})
	asked[0].Kind, asked[0].Reason = dossier.WillFollow, "来週もらいます"
	s.patch(t, id, s.get(t, id).Version, patchOf(t, map[string]any{"declarations": asked}))
	if _, err := s.service.SubmitCorrection(ctx, s.Parent, casetest.Once(), id, 1, nil); err != nil {
		t.Fatal(casetest.Details(err))
	}
	if declared() != dossier.CannotProvide {
		t.Errorf("the receipt says %s now", declared())
	}
}

func patchOf(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
