package staff

import (
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// kept is what was typed into a form whose claim was lost: nothing of it is saved, and nothing of it is lost.
type kept struct {
	Action string
	Typed  []page.Field
	Values []keptValue
}

type keptValue struct{ Name, Value string }

// correctable is one field of what was filed.
type correctable struct {
	Pointer string
	Label   template.HTML
	Chosen  bool
}

// correctable lists the fields of parts, each with the section and the group that it is in.
func (c *casePage) correctable(r *page.Request, under template.HTML, parts []answers.Part) {
	asked := r.Gin.Request.PostForm["field"]
	for _, part := range parts {
		switch {
		case part.Field != nil:
			c.May = append(c.May, correctable{part.Field.Pointer, under + " – " + part.Field.Label, slices.Contains(asked, part.Field.Pointer)})
		case part.Group != nil:
			c.correctable(r, under+" – "+part.Group.Legend, part.Group.Parts)
		case part.List != nil:
			for i, e := range part.List.Entries {
				c.correctable(r, under+" – "+e.Legend+template.HTML(" "+strconv.Itoa(i+1)), e.Parts) //nolint:gosec // a number
			}
		}
	}
}

// caseFields are the fields of the forms on a case's page, with what was typed while a refused one is shown again.
func caseFields(r *page.Request) map[string]page.Field {
	out := map[string]page.Field{}
	for _, f := range []page.Field{r.Field(page.FieldArea, "text", "case.note"), r.Field(page.FieldArea, "reason", "case.reason"), r.Field(page.FieldArea,
		"letter", "case.letter"),
		r.Field(page.FieldDate, "due", "case.due")} {
		if r.Gin.Request.PostForm != nil {
			f.Value = r.Value(f.Name)
			f.Parts = page.DateParts("", r.Gin.Request.PostForm, f.Name)
		}
		out[f.Name] = f
	}
	return out
}

// refused shows the case again with what was typed and what is wrong with it.
func (p *pages) refused(r *page.Request, step string, refusal error) error {
	wrong, ok := r.Wrong(refusal)
	if !ok {
		return refusal
	}
	toResidents(r.Param("id"), wrong)
	out, err := p.open(r)
	if err != nil {
		return err
	}
	out.Opened = step
	var typed []page.Field
	for _, name := range slices.Sorted(maps.Keys(out.Fields)) {
		f := out.Fields[name]
		f.Wrong = page.WrongAt(wrong, f.Pointer)
		out.Fields[name] = f
		typed = append(typed, f)
	}
	out.Kept = out.kept(r, typed)
	return r.ShowWith(r.Status(refusal), "staff/case", out, wrong)
}

// kept is what was typed, if the reviewer has the case no more and something was.
func (c *casePage) kept(r *page.Request, fields []page.Field) *kept {
	if c.Mine() {
		return nil
	}
	out := &kept{Action: r.Gin.Request.URL.Path}
	for _, f := range fields {
		if f.Kind == page.FieldDate && strings.Join(f.Parts[:], "") != "" {
			f.Value = strings.Join(f.Parts[:], "-")
		}
		if f.Value != "" {
			out.Typed = append(out.Typed, f)
		}
	}
	if len(out.Typed) == 0 {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(r.Gin.Request.PostForm)) {
		if name == "fence" || name == "once" || name == "reclaim" {
			continue
		}
		for _, v := range r.Gin.Request.PostForm[name] {
			out.Values = append(out.Values, keptValue{name, v})
		}
	}
	return out
}
