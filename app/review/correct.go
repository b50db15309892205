package review

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Asked is what a reviewer asks a parent to correct (補正).
type Asked struct {
	Items  []dossier.DocumentRef
	Fields []string // JSON Pointers into /facts and /form
	Text   string
	Due    string // YYYY-MM-DD
}

// Correct asks for a correction that names the items and the fields: only those that are not met go back to the parent.
// A document that is there and will not do is awaited again, and an omitted one that the network does not answer is asked
// for after all; everything else stays. It gives the correction's number.
//
// Errors: not-found; conflict for an old fence; not-allowed-now outside the review, and for an item that is settled or
// omitted and not awaited; invalid-request and individual-number with pointers.
func (s *Service) Correct(ctx context.Context, actor models.Actor, held HeldCase, in Asked) (int, error) {
	number := 0
	if due, err := jp.ParseDate(in.Due); err == nil { // the day that counts, whatever it was when the text was chosen
		in.Text = boilerplate.Fill(in.Text, map[string]string{boilerplate.Due: jp.Era(due)})
	}
	err := s.write(ctx, actor, held, func(w *work) error {
		if err := inReview(w.app); err != nil {
			return err
		}
		items, due, err := w.asked(in)
		if err != nil {
			return err
		}
		day := due.Time()
		number, err = s.dossiers.RequestCorrection(w.tx, w.file, dossier.Ask{
			Items:  in.Items,
			Fields: in.Fields,
			Text:   in.Text,
			DueOn:  &day,
		})
		if err != nil {
			return err
		}
		for _, e := range items {
			if err := s.askFor(w, e, due); err != nil {
				return err
			}
		}
		return w.tx.Enqueue(task.Notify{
			Municipality: w.app.Municipality,
			Application:  w.app.ID,
			What:         "correction-requested",
			Number:       number,
			Due:          in.Due,
		})
	})
	return number, err
}

// asked checks a request for correction and finds its items.
func (w *work) asked(in Asked) ([]*dossier.Evidence, jp.Date, error) {
	var c check
	var items []*dossier.Evidence
	seen := map[dossier.DocumentRef]bool{}
	for i, ref := range in.Items {
		at := "/items/" + strconv.Itoa(i)
		e, err := w.sheet.Item(ref.Document, ref.Subject)
		switch {
		case err != nil:
			c.fail(at, "unknown-document", "case-asks-no-such")
		case seen[ref]:
			c.fail(at, "repeated", "document-twice")
		default:
			items = append(items, e)
		}
		seen[ref] = true
	}
	for i, field := range in.Fields {
		if !w.has(field) {
			c.fail("/fields/"+strconv.Itoa(i), "unknown-field", "unknown-field")
		}
	}
	c.text("/text", in.Text)
	c.filled("/text", in.Text)
	due, err := jp.ParseDate(in.Due)
	switch today := jp.DateIn(w.tx.Now); {
	case err != nil:
		c.fail("/due", "invalid-date", "not-a-day")
	case !due.After(today):
		c.fail("/due", "date-in-past", "due-over")
	case due.After(today.AddDays(366)):
		c.fail("/due", "date-too-late", "due-too-late")
	}
	return items, due, c.err()
}

// has says whether the filed facts or form have a field, or could have: one that is empty can be asked for.
func (w *work) has(pointer string) bool {
	parts := strings.Split(pointer, "/")
	if len(parts) < 3 || parts[0] != "" || individual.InText(pointer) {
		return false
	}
	for i := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(parts[i])
	}
	var facts any
	_ = json.Unmarshal(w.file.Content.Facts, &facts) // filed facts are an object
	switch parts[1] {
	case "facts":
		return there(facts, parts[2:]) || len(parts) == 3 && w.sheet.Version.Fact(parts[2]) != nil
	case "form":
		return there(w.file.Content.Form, parts[2:]) || w.formField(parts[2:])
	}
	return false
}

// there says whether a JSON value has a member at a path.
func there(v any, path []string) bool {
	for _, p := range path {
		switch x := v.(type) {
		case map[string]any:
			member, ok := x[p]
			if !ok {
				return false
			}
			v = member
		case []any:
			n, err := strconv.Atoi(p)
			if err != nil || n < 0 || n >= len(x) {
				return false
			}
			v = x[n]
		default:
			return false
		}
	}
	return true
}

// formField says whether a path names a section of the form, or a field of one: /applicant/phone, /children/0/note.
func (w *work) formField(path []string) bool {
	for _, section := range w.sheet.Version.FormRules().Sections() {
		if section.Key != path[0] {
			continue
		}
		rest := path[1:]
		if section.Each != "" {
			if len(rest) == 0 || !there(w.file.Content.Form, path[:2]) {
				return false
			}
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return true
		}
		if len(rest) == 1 && question.Find(section.Group.Fields, rest[0]) != nil {
			return true
		}
	}
	return false
}

// askFor has the parent bring a document by a day: what was there does not count any more (dossier.Current), and is
// kept as it was filed.
func (s *Service) askFor(w *work, e *dossier.Evidence, due jp.Date) error {
	day := due.Time()
	changes := []postgres.Assignment{
		postgres.Set(&e.Row.Revision, w.app.Revision),
		postgres.Set(&e.Row.Paper, false),
		postgres.Set(&e.Row.DueOn, &day),
	}
	if e.State == models.ItemAwaiting {
		w.tx.ChangePlanItem(e.Row, changes...)
	} else if err := s.dossiers.MoveItem(w.tx, w.app, e, askAgain(e), changes...); err != nil {
		return err
	}
	w.endTasks(e)
	return w.tx.EnqueueAt(due.AddDays(-1).Morning(), task.Remind{
		Municipality: w.app.Municipality,
		Application:  w.app.ID,
		Document:     e.Document,
		Subject:      e.Subject,
	})
}
