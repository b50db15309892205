package admin

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// preview is what parents would read, made of what was typed.
type preview struct {
	Offered, Open     bool
	Opens, Closes     string
	Deadline          string
	Weeks             *int
	Signature         bool // a signature is needed
	Ja, Plain, En     string
	Office, Telephone string
}

func (p *pages) offering(r *page.Request) error {
	n, s, form, err := p.opened(r)
	if err != nil {
		return err
	}
	procedure := p.Editions().Now(s.Municipality.Code).Procedure(r.Param("procedure"))
	if procedure == nil {
		return fault.ErrNotFound
	}
	one := n.offered(s, procedure.Code)
	values := url.Values{"offered": {yes(one.Offering != nil)}, "signature": {procedure.Latest().Signature}}
	if o := one.Offering; o != nil {
		values.Set("signature", o.Signature)
		for name, text := range map[string]string{"guidance_ja": o.GuidanceJa, "guidance_plain": o.GuidancePlain, "guidance_en": o.GuidanceEn} {
			values.Set(name, text)
		}
		if o.Weeks != nil {
			values.Set("weeks", strconv.Itoa(*o.Weeks))
		}
		for name, day := range map[string]string{"from": one.Opens, "until": one.Closes, "deadline": one.Deadline} {
			parts := page.DateParts(day, nil, "")
			values.Set(name+"-y", parts[0])
			values.Set(name+"-m", parts[1])
			values.Set(name+"-d", parts[2])
		}
	}
	n.offeringForm(form, procedure.Code, values)
	return r.Show("admin/offering", form)
}

// offeringForm asks how the municipality offers a procedure.
func (n *names) offeringForm(form *settingsForm, procedure string, values url.Values) {
	field := func(kind, name, key string) page.Field {
		f := n.r.Field(kind, name, key)
		f.Value = values.Get(name)
		if kind == page.FieldDate {
			f.Parts = page.DateParts("", values, name)
		}
		return f
	}
	offered := field(page.FieldRadio, "offered", "admin.offered")
	offered.Need, offered.Choices = true, []page.Choice{choice("yes", n.r.Text("admin.offered-yes")), choice("no", n.r.Text("admin.offered-no"))}
	signature := field(page.FieldRadio, "signature", "admin.signature")
	signature.Need = true
	for _, level := range []string{models.SignatureNone, models.SignatureLogin, models.SignatureSignature} {
		signature.Choices = append(signature.Choices, choice(level, n.r.Text("admin.signature-"+level)))
	}
	form.Procedure, form.Name, form.Offered = procedure, n.procedure(procedure), values.Get("offered") == "yes"
	form.Fields = []page.Field{offered, field(page.FieldDate, "from", "admin.offered-from"), field(page.FieldDate, "until", "admin.offered-until"), signature,
		field(page.FieldDate, "deadline", "admin.offered-deadline"), n.weeksField(form.Code, procedure, field(page.FieldNumber, "weeks", "admin.weeks")),
		field(page.FieldArea, "guidance_ja", "admin.guidance-ja"),
		field(page.FieldArea, "guidance_plain", "admin.guidance-plain"), field(page.FieldArea, "guidance_en", "admin.guidance-en")}
}

// weeksField asks how long a decision takes, and says what is said otherwise.
func (n *names) weeksField(municipality, procedure string, f page.Field) page.Field {
	f.MaxLength = 2
	if p := n.p.Editions().ForProcedure(municipality, procedure).Procedure(procedure); p != nil && p.Weeks > 0 {
		f.Help = n.r.Markup("admin.weeks-else", "weeks", present.Weeks(p.Weeks, n.r.Lang))
	}
	return f
}

func (p *pages) putOffering(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	n, s, form, err := p.opened(r)
	if err != nil {
		return err
	}
	procedure := p.Editions().Now(s.Municipality.Code).Procedure(r.Param("procedure"))
	if procedure == nil {
		return fault.ErrNotFound
	}
	n.offeringForm(form, procedure.Code, values)
	o, err := offeringOf(r, procedure.Code, values)
	if err != nil {
		return p.againSettings(r, "admin/offering", form, err)
	}
	if values.Get("do") == "preview" {
		form.Preview = previewOf(r, s, o, form.Offered)
		return r.Show("admin/offering", form)
	}
	s.Offerings = slices.DeleteFunc(s.Offerings, func(o models.Offering) bool { return o.Procedure == procedure.Code })
	if form.Offered {
		s.Offerings = append(s.Offerings, *o)
	}
	// This page's is the last: what is wrong with it points there.
	mine := "/offerings/" + strconv.Itoa(len(s.Offerings)-1)
	return p.store(r, "admin/offering", form, s, func(pointer string) string { return strings.TrimPrefix(pointer, mine) })
}

// offeringOf reads the form. Error: a day that is none.
func offeringOf(r *page.Request, procedure string, values url.Values) (*models.Offering, error) {
	out := &models.Offering{
		Procedure:     procedure,
		Signature:     values.Get("signature"),
		GuidanceJa:    text(values, "guidance_ja"),
		GuidancePlain: text(values, "guidance_plain"),
		GuidanceEn:    text(values, "guidance_en"),
	}
	if typed := strings.TrimSpace(width.Narrow.String(values.Get("weeks"))); typed != "" {
		weeks, err := strconv.Atoi(typed)
		if err != nil {
			return nil, r.Invalid("/weeks", "admin.weeks-number")
		}
		out.Weeks = &weeks
	}
	for _, d := range []struct {
		name string
		into **time.Time
	}{{"from", &out.OpensOn}, {"until", &out.ClosesOn}, {"deadline", &out.DeadlineOn}} {
		typed := page.DateOf(values, d.name)
		if typed == "" {
			continue
		}
		day, err := jp.ParseDate(typed)
		if err != nil {
			return nil, r.Invalid("/"+d.name, "admin.invalid-day")
		}
		t := day.Time()
		*d.into = &t
	}
	return out, nil
}

// text is what was typed into a field of several lines, as it is kept.
func text(values url.Values, name string) string {
	return strings.ReplaceAll(strings.TrimSpace(values.Get(name)), "\r\n", "\n")
}

// previewOf is what parents would read on the procedure's page today.
func previewOf(r *page.Request, s *operate.Settings, o *models.Offering, offered bool) *preview {
	today := jp.DateIn(time.Now())
	m := s.Municipality
	out := &preview{
		Offered:   offered,
		Open:      true,
		Opens:     dayOf(o.OpensOn),
		Closes:    dayOf(o.ClosesOn),
		Deadline:  dayOf(o.DeadlineOn),
		Weeks:     o.Weeks,
		Signature: o.Signature == models.SignatureSignature,
		Ja:        o.GuidanceJa,
		Plain:     o.GuidancePlain,
		En:        o.GuidanceEn,
		Office:    present.Office(&m, r.Lang),
		Telephone: m.Telephone,
	}
	if o.OpensOn != nil && today.Before(jp.DateOf(*o.OpensOn)) || o.ClosesOn != nil && today.After(jp.DateOf(*o.ClosesOn)) {
		out.Open = false
	}
	return out
}
