package notify

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Said is one text in each language.
type Said struct {
	Ja    string `json:"ja"`
	Plain string `json:"plain"`
	En    string `json:"en"`
}

// In gives the text in a language, Japanese for one that it does not have.
func (s Said) In(language string) string {
	switch language {
	case models.LanguagePlain:
		return s.Plain
	case models.LanguageEn:
		return s.En
	}
	return s.Ja
}

// Words are what a municipality writes to a group.
type Words struct {
	Title Said `json:"title"`
	Text  Said `json:"text"`
}

// maxTitle bounds a title, in characters.
const maxTitle = 100

// maxAge bounds the age of a child, in years.
const maxAge = 150

// Group is to whom a message goes: the parents who have filed a case online in the municipality.
type Group struct {
	Procedure    string   // with a case of this procedure; empty: of any
	ChildAgeFrom *int     // with a child of at least so many full years (年齢計算ニ関スル法律); nil: no bound
	ChildAgeTo   *int     // and of at most so many
	AgesOn       *jp.Date // the day on which the children have these ages; nil: today in Japan
}

// Broadcast is a message to a group, and how far it has come.
type Broadcast struct {
	models.Broadcast
	Words Words
}

// Announce begins a message of the admin's municipality to a group of parents (R15); a job puts it into their inboxes. It
// is safe to repeat by req. Errors: forbidden without a municipality; invalid-request with each member at fault: texts in
// all three languages without an individual number (P4), ages in order, a known procedure.
func (s *Service) Announce(ctx context.Context, actor models.Actor, req dossier.Request, to Group, words Words) (*Broadcast, error) {
	if err := s.Check(actor, to, words); err != nil {
		return nil, err
	}
	texts, err := json.Marshal(words)
	if err != nil {
		return nil, err
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*Broadcast, error) {
		day := jp.DateIn(tx.Now)
		if to.AgesOn != nil {
			day = *to.AgesOn
		}
		b := &models.Broadcast{
			ID:           models.NewID(),
			Municipality: actor.Municipality,
			AuthorID:     actor.Person,
			State:        models.BroadcastRunning,
			Procedure:    to.Procedure,
			ChildAgeFrom: to.ChildAgeFrom,
			ChildAgeTo:   to.ChildAgeTo,
			AgesOn:       day.Time(),
			Texts:        texts,
			CreatedAt:    tx.Now,
			UpdatedAt:    tx.Now,
		}
		if err := tx.AddBroadcast(b); err != nil {
			return nil, err
		}
		if err := noteBroadcast(tx, "send-message", b.ID); err != nil {
			return nil, err
		}
		return &Broadcast{Broadcast: *b, Words: words}, tx.Enqueue(task.Broadcast{Municipality: b.Municipality, Broadcast: b.ID})
	})
}

// Check says what Announce would refuse, for a look at a message before it is sent. Errors: as of Announce.
func (s *Service) Check(actor models.Actor, to Group, words Words) error {
	if actor.Municipality == "" {
		return fault.ErrForbidden
	}
	if faults := append(s.groupFaults(actor.Municipality, to), words.faults()...); len(faults) > 0 {
		return fault.New(fault.Refused, fault.CodeInvalidRequest, "").With(faults...)
	}
	return nil
}

func (s *Service) groupFaults(municipality string, to Group) []fault.Detail {
	var faults []fault.Detail
	invalid := func(at string, reason fault.Reason) {
		faults = append(faults, fault.Detail{Code: "invalid", Reason: reason, Pointer: at})
	}
	if to.Procedure != "" && s.dossiers.Editions.ForProcedure(municipality, to.Procedure).Procedure(to.Procedure) == nil {
		invalid("/procedure", "unknown-procedure")
	}
	for at, age := range map[string]*int{"/child_age_from": to.ChildAgeFrom, "/child_age_to": to.ChildAgeTo} {
		if age != nil && (*age < 0 || *age > maxAge) {
			invalid(at, "age-years")
		}
	}
	if to.ChildAgeFrom != nil && to.ChildAgeTo != nil && *to.ChildAgeFrom > *to.ChildAgeTo {
		invalid("/child_age_to", "ages-reversed")
	}
	return faults
}

// faults checks the texts, which must be there in every language: nobody gets an empty message.
func (w Words) faults() []fault.Detail {
	var faults []fault.Detail
	for _, member := range []struct {
		at, text string
		title    bool
	}{
		{"/title/ja", w.Title.Ja, true}, {"/title/plain", w.Title.Plain, true}, {"/title/en", w.Title.En, true},
		{"/text/ja", w.Text.Ja, false}, {"/text/plain", w.Text.Plain, false}, {"/text/en", w.Text.En, false},
	} {
		switch {
		case strings.TrimSpace(member.text) == "":
			faults = append(faults, fault.Detail{Code: "required", Reason: "every-language", Pointer: member.at})
		case member.title && (utf8.RuneCountInString(member.text) > maxTitle || strings.ContainsAny(member.text, "\r\n")):
			faults = append(faults, fault.Detail{
				Code:    "too-long",
				Reason:  "heading",
				Pointer: member.at,
				Params:  []fault.Param{fault.Number("max", maxTitle)},
			})
		case boilerplate.Unfilled(member.text) != "":
			faults = append(faults, fault.Detail{Code: "invalid", Reason: "unfilled-placeholder", Pointer: member.at,
				Params: []fault.Param{fault.Name("found", boilerplate.Unfilled(member.text))}})
		default:
			faults = append(faults, form.FreeTextFaults(member.at, member.text)...)
		}
	}
	return faults
}

func noteBroadcast(tx *postgres.Tx, action, id string) error {
	return tx.AddAudit(&models.AuditEntry{Action: action, ObjectKind: "broadcast", ObjectID: id})
}

func opened(b *models.Broadcast) (*Broadcast, error) {
	out := &Broadcast{Broadcast: *b}
	return out, json.Unmarshal(b.Texts, &out.Words)
}

// Broadcasts lists the municipality's messages to groups, newest first.
func (s *Service) Broadcasts(ctx context.Context, actor models.Actor, page postgres.Page) ([]Broadcast, error) {
	var out []Broadcast
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := tx.Broadcasts(actor.Municipality, page)
		if err != nil {
			return err
		}
		for i := range rows {
			b, err := opened(&rows[i])
			if err != nil {
				return err
			}
			out = append(out, *b)
		}
		return nil
	})
	return out, err
}

// Broadcast shows one of the municipality's. Error: not-found, also for another municipality's.
func (s *Service) Broadcast(ctx context.Context, actor models.Actor, id string) (*Broadcast, error) {
	var out *Broadcast
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		b, err := tx.Broadcast(id)
		if err == nil {
			out, err = opened(b)
		}
		return err
	})
	return out, err
}

// StopBroadcast stops one: who has the message keeps it, nobody else gets it until it is resumed. Again is no error.
// Errors: not-found; not-allowed-now once everybody has it.
func (s *Service) StopBroadcast(ctx context.Context, actor models.Actor, id string) (*Broadcast, error) {
	return s.moveBroadcast(ctx, actor, id, models.BroadcastRunning, models.BroadcastStopped, "stop-message")
}

// ResumeBroadcast lets one go on from where it stopped. Errors as of StopBroadcast.
func (s *Service) ResumeBroadcast(ctx context.Context, actor models.Actor, id string) (*Broadcast, error) {
	return s.moveBroadcast(ctx, actor, id, models.BroadcastStopped, models.BroadcastRunning, "resume-message")
}

func (s *Service) moveBroadcast(ctx context.Context, actor models.Actor, id string, from, to models.BroadcastState, action string) (*Broadcast, error) {
	var out *Broadcast
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		b, err := tx.HoldBroadcast(id)
		if err != nil {
			return err
		}
		switch b.State {
		case models.BroadcastDone:
			return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "reached-everybody")
		case from:
			tx.ChangeBroadcast(b, postgres.Set(&b.State, to))
			if err := noteBroadcast(tx, action, b.ID); err != nil {
				return err
			}
			if to == models.BroadcastRunning {
				if err := tx.Enqueue(task.Broadcast{Municipality: b.Municipality, Broadcast: b.ID}); err != nil {
					return err
				}
			}
		default: // the others go on below
		}
		out, err = opened(b)
		return err
	})
	return out, err
}
