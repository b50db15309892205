package admin

import (
	"net/url"
	"strings"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// officeTexts are what a municipality says of itself and its office, by the names that the form and the API give them.
func officeTexts(m *models.Municipality) []struct {
	Name string
	Text *string
} {
	return []struct {
		Name string
		Text *string
	}{{"name_ja", &m.NameJa}, {"name_kana", &m.NameKana}, {"name_en", &m.NameEn}, {"office_ja", &m.OfficeJa}, {"office_plain", &m.OfficePlain},
		{"office_en", &m.OfficeEn}, {"telephone", &m.Telephone}}
}

// officeForm asks for the office; typed is nil for what is stored.
func officeForm(r *page.Request, m *models.Municipality) []page.Field {
	var out []page.Field
	for _, t := range officeTexts(m) {
		kind := page.FieldText
		if t.Name == "telephone" {
			kind = page.FieldTel
		}
		f := r.Field(kind, t.Name, "admin.office-"+strings.ReplaceAll(t.Name, "_", "-"))
		f.Need, f.Value, f.MaxLength = true, *t.Text, 200
		out = append(out, f)
	}
	note := r.Field(page.FieldRadio, "trial_note", "admin.trial-note")
	note.Need, note.Value = true, yes(m.TrialNote)
	note.Choices = []page.Choice{choice("yes", r.Text("admin.trial-note-yes")), choice("no", r.Text("admin.trial-note-no"))}
	ask := r.Field(page.FieldRadio, "ask_by_hand", "admin.ask-by-hand")
	ask.Need, ask.Value = true, yes(m.AskByHand)
	ask.Choices = []page.Choice{choice("no", r.Text("admin.ask-by-hand-no")), choice("yes", r.Text("admin.ask-by-hand-yes"))}
	next := r.Field(page.FieldRadio, "next_by_due", "admin.next-by-due")
	next.Need, next.Value = true, yes(m.NextByDue)
	next.Choices = []page.Choice{choice("no", r.Text("admin.next-by-due-no")), choice("yes", r.Text("admin.next-by-due-yes"))}
	return append(out, note, ask, next)
}

func yes(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}

func (p *pages) office(r *page.Request) error {
	_, s, form, err := p.opened(r)
	if err != nil {
		return err
	}
	form.Fields = officeForm(r, &s.Municipality)
	return r.Show("admin/office", form)
}

func (p *pages) putOffice(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	_, s, form, err := p.opened(r)
	if err != nil {
		return err
	}
	readOffice(s, values)
	form.Fields = officeForm(r, &s.Municipality)
	return p.store(r, "admin/office", form, s, func(pointer string) string { return pointer })
}

func readOffice(s *operate.Settings, values url.Values) {
	for _, t := range officeTexts(&s.Municipality) {
		*t.Text = strings.TrimSpace(values.Get(t.Name))
	}
	s.Municipality.TrialNote = values.Get("trial_note") == "yes"
	s.Municipality.AskByHand, s.Municipality.NextByDue = values.Get("ask_by_hand") == "yes", values.Get("next_by_due") == "yes"
}
