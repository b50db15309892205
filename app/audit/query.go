package audit

import (
	"net/url"
	"slices"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Roles are what an entry's actor may have acted as.
var Roles = []models.Role{models.RolePublic, models.RoleApplicant, models.RoleReviewer, models.RoleAdmin, models.RoleNational, models.RoleAuditor,
	models.RolePartner, models.RoleCore, models.RoleSystem}

// checkQuery refuses what no entry can have, so that a mistake in typing does not look like an empty trail.
func checkQuery(q postgres.AuditQuery) error {
	var details []fault.Detail
	fail := func(name, code string, reason fault.Reason) {
		details = append(details, fault.Detail{Code: code, Reason: reason, Parameter: name})
	}
	for _, p := range []struct{ name, id string }{{"actor", q.Actor}, {"subject", q.Subject}} {
		if p.id != "" && !models.ValidID(p.id) {
			fail(p.name, "wrong-format", "actor-id")
		}
	}
	if q.ID != "" && !models.ValidID(q.ID) {
		fail("id", "wrong-format", "entry-id")
	}
	if q.After != "" && !models.ValidID(q.After) {
		fail("cursor", "invalid", "invalid-cursor")
	}
	if q.Municipality != "" && !jp.ValidMunicipality(q.Municipality) {
		fail("municipality", fault.CodeInvalidMunicipal, "municipality-code")
	}
	if _, ok := jp.NormaliseReceiptNumber(q.Case); q.Case != "" && !ok {
		fail("case", "wrong-format", "receipt-number-form")
	}
	if q.Role != "" && !slices.Contains(Roles, models.Role(q.Role)) {
		fail("role", "not-a-choice", "unknown-role")
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		fail("to", "invalid-range", "invalid-range")
	}
	if len(details) == 0 {
		return nil
	}
	return fault.New(fault.Refused, fault.CodeInvalidRequest, "").With(details...)
}

// asked writes what a search asked for, for the search's own entry: whoever watches the auditor sees for whom and for what
// the trail was searched. Pages after the first ask for the same.
func asked(q postgres.AuditQuery) string {
	out := url.Values{}
	for name, value := range map[string]string{"id": q.ID, "actor": q.Actor, "subject": q.Subject, "object": q.Object, "action": q.Action,
		"municipality": q.Municipality, "role": q.Role, "case": q.Case} {
		if value != "" {
			out.Set(name, value)
		}
	}
	for name, t := range map[string]time.Time{"from": q.From, "to": q.To} {
		if !t.IsZero() {
			out.Set(name, t.In(jp.JST).Format(time.RFC3339))
		}
	}
	return out.Encode()
}
