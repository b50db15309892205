package apply

import (
	"encoding/json"
	"strconv"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/storage/postgres"
)

// deadline is the last day on which an application is in time, and whether one claimed on the day is late. A deadline never refuses
// (api.md); nil where the procedure has none, or the event's date is not known.
func (s *Service) deadline(tx *postgres.Tx, municipality string, ok *checked, on jp.Date) (*jp.Date, bool, error) {
	rule := ok.version.Deadline
	switch rule.Kind {
	case catalogue.DeadlineDays:
		event, found := eventDate(&ok.content)
		if !found {
			return nil, false, nil
		}
		// A closed last day moves on; a month ahead is more than any run of closed days.
		last := event.AddDays(rule.Days)
		days, err := tx.ClosedDays(municipality, last.Time(), last.AddDays(31).Time())
		if err != nil {
			return nil, false, err
		}
		closed := make(map[jp.Date]bool, len(days))
		for _, d := range days {
			closed[jp.DateOf(d.Day)] = true
		}
		day := jp.DeadlineDays(event, rule.Days, jp.Closed(closed))
		return &day, on.After(day), nil
	case catalogue.DeadlineWindow:
		day, err := windowEnd(rule.To, on)
		if err != nil {
			return nil, false, err
		}
		return &day, on.After(day), nil
	case catalogue.DeadlineOffering, catalogue.DeadlineMayor, catalogue.DeadlinePayMonth:
		o, err := tx.Offering(municipality, ok.version.Procedure.Code)
		if err != nil || o.DeadlineOn == nil {
			return nil, false, err
		}
		day := jp.DateOf(*o.DeadlineOn)
		return &day, on.After(day), nil
	}
	return nil, false, nil
}

// windowEnd is the last day (MM-DD) of the window of the fiscal year in which the day lies: in February the report of
// last June is late, not the one of next June early, as dossier.Period says.
func windowEnd(to string, today jp.Date) (jp.Date, error) {
	year := jp.FiscalYear(today)
	if to < "04-01" {
		year++
	}
	return jp.ParseDate(strconv.Itoa(year) + "-" + to)
}

// eventDate is the day from which a deadline counts: the birth or the move that the form names.
func eventDate(c *dossier.Content) (jp.Date, bool) {
	var f struct {
		Event struct {
			Date string `json:"date"`
		} `json:"event"`
	}
	raw, err := json.Marshal(c.Form)
	if err != nil || json.Unmarshal(raw, &f) != nil {
		return jp.Date{}, false
	}
	day, err := jp.ParseDate(f.Event.Date)
	return day, err == nil
}

// dateText writes a date column, empty for none.
func dateText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return jp.DateOf(*t).String()
}
