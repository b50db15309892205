package publish_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/rule/receipt"
)

const issuer = "https://kosodate.example"

// signing lets the office sign its certificates, and gives the keys.
func (o *office) signing() *receipt.Keys {
	o.T.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	casetest.Must(o.T, err)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	casetest.Must(o.T, err)
	keys, err := receipt.ParseKeys(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: der}))
	casetest.Must(o.T, err)
	o.service.Certifying(keys, issuer)
	return keys
}

func (o *office) count(table string) int {
	o.T.Helper()
	return casetest.Value[int](o.World, `select count(*) from `+table)
}

// TestAnApprovalIsCertified: who by role proposed and approved it, when, with how many cases, signed, named in the audit trail and open to all.
func TestAnApprovalIsCertified(t *testing.T) {
	o := newOffice(t)
	keys := o.signing()
	e := o.inForce(o.own, o.colleague, o.survey())
	made := e.Certificate
	c, err := certificate.Verify(keys, made.Text)
	casetest.Must(t, err)
	if c.Edition != e.Digest || c.Scope != hinata || c.Base != e.Base || c.Publication != e.ID || c.Issuer != issuer || !c.From.Equal(*e.From) ||
		c.Circular != e.Circular || c.Reason != e.Reason || c.Cases.Passed != e.Cases.Passed || c.Replay != nil || !c.Signed() {
		t.Errorf("%+v", c)
	}
	own, colleague := certificate.Pseudonym(e.ID, o.own.Person), certificate.Pseudonym(e.ID, o.colleague.Person)
	if c.Uploaded.Person != own || c.Proposed.Person != own || c.Approved.Person != colleague || c.Proposed.Role != "admin" || c.Approved.Office != hinata ||
		!c.Approved.At.Equal(*e.DecidedAt) {
		t.Errorf("%+v %+v %+v", c.Uploaded, c.Proposed, c.Approved)
	}
	for _, person := range []string{o.own.Person, o.colleague.Person} {
		canonical, err := c.Canonical()
		casetest.Must(t, err)
		if strings.Contains(string(canonical), person) {
			t.Errorf("it names a person: %s", canonical)
		}
	}
	if n := casetest.Value[int](o.World, `select count(*) from audit_entries where action = 'certify-edition' and object_kind = 'edition-certificate'
		and object_id = $1 and actor_id = $2`, made.Digest, o.colleague.Person); n != 1 {
		t.Errorf("%d entries name it", n)
	}
	history, err := o.service.History(bg)
	casetest.Must(t, err)
	if len(history) != 1 || history[0].Certificate == nil || history[0].Certificate.Digest != made.Digest || history[0].Installed {
		t.Errorf("%+v", history)
	}
	got, err := o.service.Get(bg, o.own, e.ID)
	casetest.Must(t, err)
	open, err := o.service.Certificate(bg, e.Digest, made.Digest)
	casetest.Must(t, err)
	if got.Certificate.Text != made.Text || open.Text != made.Text {
		t.Error("it is not what was made")
	}
	for _, other := range [][2]string{{e.Base, made.Digest}, {e.Digest, e.Digest}, {e.Digest, ""}} {
		_, err := o.service.Certificate(bg, other[0], other[1])
		casetest.Refused(t, err, "not-found")
	}
	// The same again is another publication: another certificate, with other pseudonyms.
	table, err := o.Corrected("_edition.yaml", func(s string) string { return s + "# n\n" }).With(map[string][]byte{"cases/pregnancy.yaml": []byte(`cases:
- name: ほかの市区町村で届け出た人
  procedure: pregnancy-support-benefit
  municipality: "998010"
  filed_at: "2026-11-29T10:00:00+09:00"
  facts: {situation: notified-elsewhere, payee: {use_public_account: true}}
  expect: {documents: [maternity-handbook/applicant]}
`)})
	casetest.Must(t, err)
	national := o.inForce(o.national, o.second, table)
	again, err := o.service.Restore(bg, o.own, casetest.Once(), e.ID)
	casetest.Must(t, err)
	_, err = o.service.Propose(bg, o.own, casetest.Once(), again.ID, o.proposal(time.Hour))
	casetest.Must(t, err)
	again, err = o.service.Approve(bg, o.colleague, again.ID)
	casetest.Must(t, err)
	if next := again.Certificate; next.Edition != made.Edition || next.Digest == made.Digest || next.Approved.Person == made.Approved.Person ||
		next.Base != national.Digest {
		t.Errorf("%+v", next)
	}
	if n := national.Certificate; n.Scope != publish.National || n.Proposed.Role != "national" || n.Proposed.Office != "" || n.Base != "" || n.Cases.Passed != 1 {
		t.Errorf("%+v", n)
	}
}

// TestNoApprovalNoCertificate: an approval that is refused leaves none, and a cancelled one's is not shown to the public.
func TestNoApprovalNoCertificate(t *testing.T) {
	o := newOffice(t)
	from := o.proposal(time.Hour)
	e := o.uploaded(o.own, o.survey())
	_, err := o.service.Propose(bg, o.own, casetest.Once(), e.ID, from)
	casetest.Must(t, err)
	e, err = o.service.Approve(bg, o.colleague, e.ID)
	casetest.Must(t, err)
	if e.Certificate.Signed() || e.Certificate.KeyID != "" {
		t.Errorf("signed without a key: %+v", e.Certificate)
	}
	other := o.uploaded(o.own, o.Local(hinata, "pregnancy-notification", "who: {ja: あ, plain: あ, en: a}"))
	_, err = o.service.Propose(bg, o.own, casetest.Once(), other.ID, from)
	casetest.Must(t, err)
	_, err = o.service.Approve(bg, o.colleague, other.ID)
	casetest.Refused(t, err, "not-allowed-now")
	if n := o.count("edition_certificates"); n != 1 {
		t.Errorf("%d certificates", n)
	}
	_, err = o.service.Cancel(bg, o.own, e.ID)
	casetest.Must(t, err)
	_, err = o.service.Certificate(bg, e.Digest, e.Certificate.Digest)
	casetest.Refused(t, err, "not-found")
}

// TestTheLastReplayIsCertified with its figures.
func TestTheLastReplayIsCertified(t *testing.T) {
	o := newOffice(t)
	e := o.uploaded(o.own, o.survey())
	_, err := o.service.Propose(bg, o.own, casetest.Once(), e.ID, o.proposal(time.Hour))
	casetest.Must(t, err)
	o.Exec(`update editions set replay = '{"from": "2026-01-01T00:00:00+09:00", "to": "2026-04-01T00:00:00+09:00", "cases": 12, "more": 3, "fewer": 0,
		"other": 1, "by": [{"procedure": "x"}]}' where id = $1`, e.ID)
	e, err = o.service.Approve(bg, o.colleague, e.ID)
	casetest.Must(t, err)
	if r := e.Certificate.Replay; r == nil || r.Cases != 12 || r.More != 3 || r.Fewer != 0 || r.Other != 2 || r.From.IsZero() || !r.To.After(r.From) {
		t.Errorf("%+v", r)
	}
}
