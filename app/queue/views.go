package queue

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const (
	mostViews   = 30 // of one person
	longestView = 40 // characters of its name
)

// viewed are the parameters of the address that a view keeps. What was searched for is of a person, and is in no view.
var viewed = []string{"state", "procedure", "flag", "older_than", "sort"}

// View is a list that somebody saved: of the own, or shared with the office.
type View struct {
	ID, Name string
	Filter   string // as it stands in the address
	Shared   bool
	Mine     bool
}

// Views are the own and those that colleagues share, oldest first.
func (s *Service) Views(ctx context.Context, actor models.Actor) ([]View, error) {
	var rows []models.QueueView
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		rows, err = tx.QueueViews(actor.Municipality)
		return err
	})
	out := make([]View, len(rows))
	for i, v := range rows {
		out[i] = View{ID: v.ID, Name: v.Name, Filter: v.Filter, Shared: v.Shared, Mine: v.OwnerID == actor.Person}
	}
	return out, err
}

// ViewFilter is what a view keeps of an address's query.
func ViewFilter(query url.Values) string {
	kept := url.Values{}
	for name, values := range query {
		if slices.Contains(viewed, name) {
			kept[name] = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
		}
	}
	return kept.Encode()
}

// SaveView keeps the filters of an address under a name. Errors: invalid-request with the pointer; individual-number.
func (s *Service) SaveView(ctx context.Context, actor models.Actor, name string, query url.Values, shared bool) error {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return badMember("/name", "required", "required")
	case utf8.RuneCountInString(name) > longestView:
		return badMember("/name", "too-long", "view-too-long", fault.Number("most", longestView))
	case individual.InText(name):
		return badMember("/name", fault.CodeIndividualNumber, "individual-number")
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		all, err := tx.QueueViews(actor.Municipality)
		if err != nil {
			return err
		}
		own := slices.DeleteFunc(all, func(v models.QueueView) bool { return v.OwnerID != actor.Person })
		if len(own) >= mostViews {
			return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "too-many-views")
		}
		return tx.AddQueueView(&models.QueueView{ID: models.NewID(), Municipality: actor.Municipality, OwnerID: actor.Person, Name: name,
			Filter: ViewFilter(query), Shared: shared, CreatedAt: tx.Now})
	})
}

// DropView removes an own view; one that is gone already is no error.
func (s *Service) DropView(ctx context.Context, actor models.Actor, id string) error {
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		tx.DropQueueView(id)
		return nil
	})
	if fault.KindOf(err) == fault.Conflict && err != nil {
		return nil
	}
	return err
}
