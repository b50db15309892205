package admin

import (
	"net/url"
	"strconv"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// letterTexts are what a letter says of an office, by the names of the form's fields.
func letterTexts(s *models.LetterSettings) []struct {
	Name string
	Text *string
} {
	return []struct {
		Name string
		Text *string
	}{{"prefix", &s.Prefix}, {"mayor_title", &s.MayorTitle}, {"mayor_name", &s.MayorName}, {"address", &s.Address}, {"contact", &s.Contact},
		{"appeal", &s.Appeal}, {"suit", &s.Suit}}
}

// lettersPage is what the letters of a municipality say.
type lettersPage struct {
	settingsForm
	Saved bool
	Sent  bool     // what is shown was typed, and refused
	Lacks []string // in words
	Past  []letterVersion
}

// letterVersion is one version of the settings, with who saved it.
type letterVersion struct {
	models.LetterSettings
	Who string
}

func (p *pages) letters(r *page.Request) error {
	out, now, err := p.lettersPage(r)
	if err != nil {
		return err
	}
	out.Saved = r.Query("saved") == "yes"
	out.Fields = lettersForm(r, now)
	return r.Show("admin/letters", out)
}

func (p *pages) lettersPage(r *page.Request) (*lettersPage, *models.LetterSettings, error) {
	n, err := p.names(r)
	if err != nil {
		return nil, nil, err
	}
	all, err := p.Operate.Letters(r.Ctx, r.Actor, r.Param("code"))
	if err != nil {
		return nil, nil, err
	}
	out := &lettersPage{settingsForm: settingsForm{Code: all.Now.Municipality, Place: n.place(all.Now.Municipality), Version: int64(all.Now.Version)},
		Lacks: lackOf(r, all.Now.Missing())}
	for _, one := range all.Past {
		who := n.r.Text("admin.program")
		if one.ChangedBy != nil {
			who = n.person(*one.ChangedBy)
		}
		out.Past = append(out.Past, letterVersion{one, who})
	}
	return out, &all.Now, nil
}

// lackOf says which settings of letters are missing.
func lackOf(r *page.Request, missing []string) (out []string) {
	for _, name := range missing {
		out = append(out, r.Text("letter-setting-"+name))
	}
	return out
}

func lettersForm(r *page.Request, s *models.LetterSettings) []page.Field {
	var out []page.Field
	for _, t := range letterTexts(s) {
		kind, most, rows := page.FieldText, 100, 0
		if t.Name == "appeal" || t.Name == "suit" {
			kind, most, rows = page.FieldArea, 2000, 5
		}
		f := r.Field(kind, t.Name, "letter-setting-"+t.Name)
		f.Need, f.Value, f.MaxLength, f.Rows = true, *t.Text, most, rows
		out = append(out, f)
	}
	seal := r.Field(page.FieldRadio, "seal", "letter-setting-seal")
	seal.Need, seal.Value = true, s.Seal
	seal.Choices = []page.Choice{choice(models.SealSpace, r.Text("letter-setting-seal-space")), choice(models.SealOmitted, r.Text("letter-setting-seal-omitted"))}
	return append(out, seal)
}

func (p *pages) putLetters(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	out, _, err := p.lettersPage(r)
	if err != nil {
		return err
	}
	in := models.LetterSettings{Municipality: out.Code, Seal: values.Get("seal")}
	for _, t := range letterTexts(&in) {
		*t.Text = text(values, t.Name)
	}
	if in.Version, err = versionOf(values); err != nil {
		return err
	}
	out.Sent, out.Version, out.Fields = true, int64(in.Version), lettersForm(r, &in)
	if err := p.Operate.PutLetters(r.Ctx, r.Actor, in); err != nil {
		wrong, _ := r.Wrong(err)
		page.Mark(out.Fields, wrong)
		return r.Again("admin/letters", out, err)
	}
	return r.Redirect("/admin/settings/" + out.Code + "/letters?saved=yes")
}

// versionOf is the version that a page showed.
func versionOf(values url.Values) (int, error) {
	version, err := strconv.Atoi(values.Get("version"))
	if err != nil || version < 0 {
		return 0, fault.New(fault.Malformed, fault.CodeMalformed, "version-missing")
	}
	return version, nil
}
