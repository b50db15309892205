package page

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
)

// The kinds of fields.
const (
	FieldText     = "text"
	FieldArea     = "area"
	FieldNumber   = "number"
	FieldDate     = "date"  // three fields: year (an era is taken too), month, day
	FieldMonth    = "month" // two fields: year, month
	FieldRadio    = "radio" // one of Choices
	FieldChecks   = "checks"
	FieldSelect   = "select"
	FieldYesNo    = "yes-no"
	FieldFile     = "file"
	FieldTel      = "tel"
	FieldEmail    = "email"
	FieldPassword = "password"
	FieldPlace    = "place"  // a municipality: one of Choices, or the name of another
	FieldTicks    = "ticks"  // several questions of yes or no as one: each of Choices has the name of a question; Value is set for none of them
	FieldWishes   = "wishes" // texts in the order of a wish, each a field with Choices as proposals; Rows is how many
)

// Field is one question of a form, as the part "field" shows it: label, whether it is required, help, what is wrong, and
// the control (web.md, the Digital Agency's form rules).
type Field struct {
	Kind    string
	Name    string // of the form's value; of a date with -y, -m and -d after it, of a month with -y and -m
	Pointer string // the member that it fills, "/form/applicant/family_name": the id, and where its faults point
	Label   template.HTML
	Help    template.HTML
	// AsOf says the day as of which an answer is wanted; empty if there is none, or it follows from an answer not given yet.
	// Then Dated is set all the same, and the page's script asks for it.
	AsOf  template.HTML
	Dated bool
	Need  bool // ※必須; else ※任意, or NeedWhen
	// NeedWhen says on which other answer this one is required; empty if on none.
	NeedWhen template.HTML
	Value    string
	Values   []string // FieldChecks: the chosen ones; FieldWishes: those typed
	Choices  []Choice // of a text: proposals

	Autocomplete, InputMode string
	MaxLength, Rows         int
	Accept                  string        // FieldFile
	Form                    string        // the id of the form to which it belongs, where it does not stand in it
	Origin                  template.HTML // who filled it in, in words, if the person did not
	Wrong                   []Wrong
	Parts                   [3]string // FieldDate, FieldMonth: what was typed: year, month, day
	OneBox                  bool      // FieldDate: all of it is typed into one box, in either calendar
	Legend                  bool      // the label is the page's question: shown as its heading
	From                    string    // of a text that is empty: the names of fields that are likely to say the same; the page's script fills it in
	Fills                   string    // a postal code: the id of the address that it begins
	Asked                   *Asked    // of a text: what the name in it means
	Other                   string    // FieldPlace: the name of a municipality that is not among the choices
	Told                    []Told    // where else to go, by what is answered
	Tells                   bool      // an answer may have Told appear: the page's script asks for it
}

// Told is what somebody who is in the wrong place is told beside a field.
type Told struct {
	Key  string // sent along: the page showed it
	Text template.HTML
}

// Asked is what a name that was typed into a field may mean, to choose from.
type Asked struct {
	Text    string        // that it was found by, sent along
	Is      template.HTML // which it is, if there is but one that is called so
	Choices []Choice      // which it may be
	Chosen  string
	More    template.HTML // that there are more than are shown
}

// OtherPlace is chosen for a municipality that is not among the choices; its name is the value with -name after the name.
const OtherPlace = "other"

// Offers says whether a value is among the choices.
func (f Field) Offers(value string) bool {
	return slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Value == value })
}

// Choice is one possible answer.
type Choice struct {
	Value string
	Label template.HTML
	Help  template.HTML
}

// ID is the id of the control, to which the summary of faults leads.
func (f Field) ID() string {
	if f.Pointer != "" {
		return FieldID(f.Pointer)
	}
	return f.Name
}

// Chosen says whether a choice is chosen.
func (f Field) Chosen(value string) bool {
	return f.Kind != FieldChecks && f.Value == value || slices.Contains(f.Values, value)
}

// Day is a day as it stands in one box: with its era if it is one, else as it was typed.
func (f Field) Day() string {
	if f.Parts[1] == "" && f.Parts[2] == "" {
		return f.Parts[0]
	}
	text := f.Parts[0] + "-" + f.Parts[1] + "-" + f.Parts[2]
	if day, err := jp.ParseEraDate(text); err == nil {
		return jp.Era(day)
	}
	return text
}

// DescribedBy lists the ids of help and faults, for aria-describedby.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Help != "" {
		ids = append(ids, f.ID()+"-help")
	}
	if f.AsOf != "" || f.Dated {
		ids = append(ids, f.ID()+"-as-of")
	}
	if f.Origin != "" {
		ids = append(ids, f.ID()+"-origin")
	}
	if len(f.Wrong) > 0 {
		ids = append(ids, f.ID()+"-error")
	}
	if f.Tells {
		ids = append(ids, f.ID()+"-told")
	}
	return strings.Join(ids, " ")
}

// Group says whether the control is several, which a fieldset holds together.
func (f Field) Group() bool {
	return !f.OneBox && slices.Contains([]string{FieldDate, FieldMonth, FieldRadio, FieldChecks, FieldYesNo, FieldWishes, FieldTicks}, f.Kind)
}

// missing are the texts that say to give an answer to a field, by its kind; of every other kind it is entered.
var missing = map[string]string{FieldRadio: "field.missing-choose", FieldSelect: "field.missing-choose", FieldPlace: "field.missing-choose",
	FieldChecks: "field.missing-choose", FieldTicks: "field.missing-choose", FieldYesNo: "field.missing-answer", "": "field.missing-answer"}

// wrong is what is wrong with an answer in one sentence that names its field; what is wrong with something else says what is meant itself.
func (t texts) wrong(lang string, label template.HTML, kind string, w Wrong) (template.HTML, error) {
	if _, answer := wording.Of("answer-" + w.Code); !answer || label == "" {
		return read(lang, w.Text), nil
	}
	if w.Code == "required" {
		return t.markup(lang, cmp.Or(missing[kind], "field.missing-enter"), "field", label)
	}
	return t.markup(lang, "field.wrong", "field", label, "text", read(lang, w.Text))
}

// Answered says whether anything stands in the field.
func (f Field) Answered() bool { return f.Value != "" || len(f.Values) > 0 || f.Parts != [3]string{} }

// Wishes are what was typed, with as many empty ones behind as there are fields.
func (f Field) Wishes() []string {
	out := make([]string, max(f.Rows, len(f.Values)))
	copy(out, f.Values)
	return out
}

// Mark puts what is wrong to the fields that it is about; a date's parts, and a list's entries, belong to their field.
func Mark(fields []Field, wrong []Wrong) []Field {
	for i := range fields {
		if at := fields[i].Pointer; at != "" {
			Label(wrong, at, fields[i].Label)
			fields[i].Wrong = WrongAt(wrong, at)
		}
	}
	return fields
}

// Label names the field of a pointer in what is wrong with it, for the summary.
func Label(wrong []Wrong, pointer string, label template.HTML) {
	for i := range wrong {
		if wrong[i].Pointer == pointer || strings.HasPrefix(wrong[i].Pointer, pointer+"/") {
			wrong[i].Label = label
		}
	}
}

// Field makes a field with the texts key (label) and key+"-help" (if there is one).
func (r *Request) Field(kind, name, key string) Field {
	f := Field{Kind: kind, Name: name, Pointer: "/" + name, Label: r.Markup(key)}
	if _, ok := r.site.texts[key+"-help"]; ok {
		f.Help = r.Markup(key + "-help")
	}
	return f
}

// DateOf is the day that three fields name: "2026-11-23"; what was typed if it is no day, so that the rule that reads it
// refuses it; empty if all three are. The year may be written in an era ("令和8", "R8"), digits in full width.
func DateOf(values url.Values, name string) string {
	y, m, d := strings.TrimSpace(values.Get(name+"-y")), strings.TrimSpace(values.Get(name+"-m")), strings.TrimSpace(values.Get(name+"-d"))
	if y == "" && m == "" && d == "" {
		return ""
	}
	if m == "" && d == "" { // all of it in the first field has been said too
		if day, err := jp.ParseEraDate(y); err == nil {
			return day.String()
		}
		return y
	}
	if day, err := jp.ParseEraDate(strings.TrimSuffix(y, "年") + "年" + strings.TrimSuffix(m, "月") + "月" + strings.TrimSuffix(d, "日") + "日"); err == nil {
		return day.String()
	}
	return y + "-" + m + "-" + d
}

// MonthOf is the month that two fields name, as DateOf: "2025-04", or what was typed. Whoever writes all of it ("令和7年4月")
// into the first field has said it too.
func MonthOf(values url.Values, name string) string {
	y, m := strings.TrimSpace(values.Get(name+"-y")), strings.TrimSpace(values.Get(name+"-m"))
	typed := strings.TrimSuffix(y, "年")
	switch {
	case y == "" && m == "":
		return ""
	case m != "":
		typed += "年" + strings.TrimSuffix(m, "月") + "月"
	default:
		typed = y
	}
	if month, ok := question.MonthOf(typed); ok {
		return month
	}
	return y + "-" + m
}

// DateParts are the fields of a day or a month that is known, or of what was typed.
func DateParts(value string, values url.Values, name string) [3]string {
	if values != nil && values.Has(name+"-y") {
		return [3]string{values.Get(name + "-y"), values.Get(name + "-m"), values.Get(name + "-d")}
	}
	var out [3]string
	if parts := strings.SplitN(value, "-", 3); len(parts) > 1 {
		for i, part := range parts {
			out[i] = strings.TrimLeft(part, "0")
		}
	}
	return out
}
