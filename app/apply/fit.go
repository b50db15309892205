package apply

import (
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// A draft is saved by one edition of the catalogue and looked at, saved again or filed by another (P8): a question may be new,
// another gone, a choice no longer there. What does not fit any more is taken for not answered.

// under gives a content checked by what is in force in this transaction: as it is if it was checked by the same, else checked
// again. The version differs after a switch of editions, and where midnight passed between the check and the transaction or two
// clocks differ.
func (s *Service) under(tx *postgres.Tx, force *dossier.Force, app *models.Application, intake *models.CounterIntake, ok *checked) (*checked, error) {
	o := ok.options
	o.at, o.now = instant(tx, intake), tx.Now
	v, err := dossier.Version(force.Catalogue, app.Procedure, o.at)
	if err != nil {
		return nil, err
	}
	if v == ok.version && jp.DateIn(o.at) == ok.on {
		return ok, nil
	}
	return s.checkSaved(force.Catalogue, app, ok.content, o)
}

// checkSaved is check for what was saved before: what does not fit is taken for not answered.
func (s *Service) checkSaved(cat *catalogue.Catalogue, app *models.Application, c dossier.Content, o checkOptions) (*checked, error) {
	ok, err := s.check(cat, app.Procedure, app.Municipality, c, o)
	if err == nil {
		return ok, nil
	}
	fitted, changed := s.fitted(cat, app, c, o)
	if !changed {
		return nil, err
	}
	return s.check(cat, app.Procedure, app.Municipality, fitted, o)
}

// fitted is a saved content without the answers that are refused by a catalogue, and whether there are any.
func (s *Service) fitted(cat *catalogue.Catalogue, app *models.Application, c dossier.Content, o checkOptions) (out dossier.Content, changed bool) {
	o.final = false
	for range 4 { // facts first, then the form; an answer that is gone may leave another one without its question
		_, err := s.check(cat, app.Procedure, app.Municipality, c, o)
		f := fault.As(err)
		if f == nil || f.Code != fault.CodeInvalidFacts && f.Code != fault.CodeInvalidForm {
			break
		}
		less, ok := without(c, f.Details)
		if !ok {
			break
		}
		c, changed = less, true
	}
	return c, changed
}

// without takes the answers at fault out of a content.
func without(c dossier.Content, faults []fault.Detail) (dossier.Content, bool) {
	raw, err := json.Marshal(map[string]any{"facts": c.Facts, "form": c.Form})
	if err != nil {
		return c, false
	}
	var tree map[string]any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return c, false
	}
	taken := false
	for _, f := range faults {
		steps := strings.Split(strings.TrimPrefix(f.Pointer, "/"), "/")
		if len(steps) > 1 {
			taken = take(tree, steps) || taken
		}
	}
	if !taken {
		return c, false
	}
	facts, err := json.Marshal(tree["facts"])
	c.Facts = facts
	c.Form, _ = tree["form"].(map[string]any)
	return c, err == nil
}

// take takes the member out that steps lead to, or the list whose entry it is.
func take(in map[string]any, steps []string) bool {
	name := strings.NewReplacer("~1", "/", "~0", "~").Replace(steps[0])
	switch inner := in[name].(type) {
	case map[string]any:
		if len(steps) > 1 {
			return take(inner, steps[1:])
		}
	case []any:
		if len(steps) > 2 {
			n, err := strconv.Atoi(steps[1])
			if entry, ok := at(inner, n).(map[string]any); ok && err == nil {
				return take(entry, steps[2:])
			}
		}
	}
	if _, there := in[name]; !there {
		return false
	}
	delete(in, name)
	return true
}

func at(list []any, n int) any {
	if n < 0 || n >= len(list) {
		return nil
	}
	return list[n]
}
