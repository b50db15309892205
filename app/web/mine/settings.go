package mine

import (
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// mySettings is how the person wants to be told of messages.
type mySettings struct {
	Fields []page.Field
	Saved  bool
}

func (p *pages) settings(r *page.Request) error {
	s, err := p.Notify.Settings(r.Ctx, r.Actor)
	if err != nil {
		return err
	}
	return r.Show("mine/settings", mySettings{settingsFields(r, *s), r.Query("saved") != ""})
}

func settingsFields(r *page.Request, s notify.Settings) []page.Field {
	wants := r.Field(page.FieldRadio, "wants_mail", "settings.wants-mail")
	wants.Need, wants.Value = true, "no"
	if s.WantsMail {
		wants.Value = "yes"
	}
	wants.Choices = []page.Choice{{Value: "yes", Label: r.Markup("settings.mail-yes")}, {Value: "no", Label: r.Markup("settings.mail-no")}}
	address := r.Field(page.FieldEmail, "mail", "settings.mail")
	address.Value, address.Autocomplete, address.MaxLength = s.Mail, "email", 254
	language := r.Field(page.FieldRadio, "language", "settings.language")
	language.Need, language.Value = true, s.Language
	language.Choices = []page.Choice{
		{Value: models.LanguageJa, Label: "日本語"},
		{Value: models.LanguagePlain, Label: "やさしい日本語"},
		{Value: models.LanguageEn, Label: "English"},
	}
	return []page.Field{wants, address, language}
}

func (p *pages) putSettings(r *page.Request) error {
	in := notify.Settings{Mail: r.Value("mail"), Language: r.Value("language"), WantsMail: r.Value("wants_mail") == "yes"}
	if _, err := p.Notify.PutSettings(r.Ctx, r.Actor, in); err != nil {
		wrong, _ := r.Wrong(err)
		return r.Again("mine/settings", mySettings{Fields: page.Mark(settingsFields(r, in), wrong)}, err)
	}
	return r.Redirect("/me/settings?saved=yes")
}
