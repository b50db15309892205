package webtest

import (
	"net/url"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/models"
)

// Tells are what tells of whom cases are: whole name and reading, address, telephone, receipt numbers.
func (s *Site) Tells(cases ...string) map[string]string {
	s.t.Helper()
	out := map[string]string{}
	for _, id := range cases {
		f := s.world.Open(models.System(Hinata, "test"), id)
		applicant, _ := f.Content.Form["applicant"].(map[string]any)
		text := func(name string) string { v, _ := applicant[name].(string); return v }
		out["name"], out["kana"] = text("family_name")+" "+text("given_name"), text("family_kana")+" "+text("given_kana")
		out["address"], out["telephone"], out["receipt number of "+id] = text("address"), text("phone"), *f.Row.ReceiptNumber
	}
	return out
}

// FileOf is a file of a case, or an id that no file has.
func (s *Site) FileOf(id string) string {
	s.t.Helper()
	return casetest.Value[string](s.world, `select coalesce((select id::text from files where application_id = $1::text::uuid limit 1), $1::text)`, id)
}

// State is how far cases have come, for a test to say that nothing has moved.
func (s *Site) State() string {
	s.t.Helper()
	return casetest.Value[string](s.world, `select string_agg(concat_ws(' ', a.id, a.state, a.version, a.holder_id, c.fence,
		(select count(*) from case_notes n where n.application_id = a.id)), ',' order by a.id) from applications a left join claims c on c.application_id = a.id`)
}

// Answer sends one request and gives all of the answer: where it leads, and what it says.
func (b *Browser) Answer(method, path string, form url.Values) string {
	b.t.Helper()
	w := b.once(method, path, form, nil)
	return w.Header().Get("Location") + "\n" + w.Body.String()
}
