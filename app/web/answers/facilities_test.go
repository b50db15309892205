package answers

import (
	"html/template"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/web/page"
)

// japanese reads texts in Japanese.
type japanese struct{}

func (japanese) Markup(key string, _ ...any) template.HTML { return template.HTML(key) }
func (japanese) Read(text interface{ In(string) string }) template.HTML {
	return template.HTML(template.HTMLEscapeString(text.In(catalogue.Japanese)))
}

// TestWishesAreAFieldEachWhereTheMunicipalityHasFacilities: in their order, with its facilities to choose from; elsewhere they are written
// one a line. Both are read as the same list.
func TestWishesAreAFieldEachWhereTheMunicipalityHasFacilities(t *testing.T) {
	v := version(t, "childcare-enrolment")
	wishes := func(b Builder) *page.Field {
		for _, s := range v.FormRules().Sections() {
			if s.Key != "enrolment" {
				continue
			}
			for _, part := range b.Section(s, map[string]any{"enrolment": map[string]any{"facilities": []any{"もり保育園", "<b>園"}}}, 1) {
				if part.Field != nil && part.Field.Name == "form.enrolment.facilities" {
					return part.Field
				}
			}
		}
		t.Fatal("there are no wishes")
		return nil
	}
	same := catalogue.Text{Ja: "x", Plain: "x", En: "x"}
	one := &catalogue.Facility{Name: catalogue.Text{Ja: "<b>園", Plain: "<b>園", En: "B"}, Kind: same, Ages: same, Address: "みなと町", Hours: same,
		Free: &catalogue.Free{On: "2026-11-01", Places: []catalogue.FreeAt{{Age: 0, N: 2}, {Age: 1}}}}
	f := wishes(Builder{Request: japanese{}, Facilities: []*catalogue.Facility{one}})
	if f.Kind != page.FieldWishes || !reflect.DeepEqual(f.Wishes(), []string{"もり保育園", "<b>園", "", "", ""}) {
		t.Errorf("%s %q", f.Kind, f.Wishes())
	}
	const about = "x<br>answers.ages・answers.hours<br>answers.free<br>みなと町"
	if len(f.Choices) != 1 || f.Choices[0].Value != "<b>園" || strings.Contains(string(f.Choices[0].Label), "<b>") || f.Choices[0].Help != about {
		t.Errorf("%+v", f.Choices)
	}
	if f := wishes(Builder{Request: japanese{}}); f.Kind != page.FieldArea || f.Value != "もり保育園\n<b>園" {
		t.Errorf("without facilities: %+v", f)
	}
	for _, sent := range []url.Values{{"form.enrolment.facilities": {"もり保育園", " ", "海保育園"}}, {"form.enrolment.facilities": {"もり保育園\n\n海保育園"}}} {
		for _, s := range v.FormRules().Sections() {
			if s.Key != "enrolment" {
				continue
			}
			got, _ := (Saved{Version: v}).SentSection(s, sent, 1, false).(map[string]any)
			if !reflect.DeepEqual(got["facilities"], []any{"もり保育園", "海保育園"}) {
				t.Errorf("%q is read as %v", sent, got["facilities"])
			}
		}
	}
}
