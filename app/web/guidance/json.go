package guidance

import (
	"fmt"
	"net/http"
	"time"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// text is a text in the three languages as JSON has it.
type text struct {
	Ja    string `json:"ja"`
	Plain string `json:"plain"` // やさしい日本語
	En    string `json:"en"`
}

// textOf takes a text of the catalogue or a name, which is one with a reading.
func textOf(t interface{ In(string) string }) text {
	return text{t.In(page.Japanese), t.In(page.Plain), t.In(page.English)}
}

// answer is the JSON of one procedure's guidance.
type answer struct {
	At           time.Time        `json:"at"`
	Procedure    string           `json:"procedure"`
	Name         text             `json:"name"`
	Municipality string           `json:"municipality"`
	Offered      bool             `json:"offered"`
	Open         bool             `json:"open"` // applications are taken today
	Office       text             `json:"office"`
	Telephone    string           `json:"telephone"`
	TrialNote    *text            `json:"trial_note,omitempty"` // while a trial lasts, if the municipality shows it (R8)
	Guidance     *text            `json:"guidance,omitempty"`
	ChangesAt    *time.Time       `json:"changes_at,omitempty"` // when a switch that is known changes any of this
	Documents    []documentAnswer `json:"documents"`
	Page         string           `json:"page"`
}

type documentAnswer struct {
	Document  string     `json:"document"`
	Name      text       `json:"name"`
	Subject   text       `json:"subject"`
	Needed    bool       `json:"needed"` // it has to be brought; else the municipality asks over the network
	Item      *text      `json:"item,omitempty"`
	ChangesAt *time.Time `json:"changes_at,omitempty"`
	Then      *bool      `json:"needed_then,omitempty"`
	Original  bool       `json:"original"` // on paper
}

func (p *pages) json(r *page.Request, g *guidance) error {
	m := g.Municipality
	out := answer{
		At:           g.At.In(jp.JST),
		Procedure:    g.Code,
		Name:         textOf(g.Version.Name),
		Municipality: m.Code,
		Offered:      g.Offering != nil,
		Open:         g.Open,
		Office:       textOf(g.Office),
		Telephone:    m.Telephone,
		ChangesAt:    inJapan(g.Next),
		Documents:    []documentAnswer{},
		Page:         r.Address() + "/guide/" + m.Code + "/" + g.Code,
	}
	if g.TrialNote {
		if note, ok := wording.Of("trial-note"); ok {
			out.TrialNote = &text{note.Ja, note.Plain, note.En}
		}
	}
	if g.Guidance != (catalogue.Text{}) {
		said := textOf(g.Guidance)
		out.Guidance = &said
	}
	for _, list := range [][]document{g.Needed, g.Omitted} {
		for _, d := range list {
			out.Documents = append(out.Documents, answerOf(d))
		}
	}
	h := r.Gin.Writer.Header()
	jsonHeaders(h)
	h.Del("Set-Cookie")
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(g.keep().Seconds())))
	r.Gin.JSON(http.StatusOK, out)
	return nil
}

func answerOf(d document) documentAnswer {
	out := documentAnswer{
		Document:  d.Rule.Document,
		Name:      textOf(d.Definition.Name),
		Needed:    d.Needed,
		ChangesAt: inJapan(d.ChangesAt),
		Original:  d.Rule.Original,
	}
	subject := func(lang string) string { return present.Whose(d.Rule.Subject, lang) }
	out.Subject = text{subject(page.Japanese), subject(page.Plain), subject(page.English)}
	if d.Item != nil {
		name := textOf(d.Item.Name)
		out.Item = &name
	}
	if d.ChangesAt != nil {
		out.Then = &d.NeededThen
	}
	return out
}

func inJapan(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.In(jp.JST)
	return &at
}
