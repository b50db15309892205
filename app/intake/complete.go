package intake

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// SenderName is what a sender is called; its code where nobody says so any more.
func (s *Service) SenderName(code, lang string) string {
	if one := s.opt.Senders.Of(code); one != nil {
		return one.Name.In(lang)
	}
	return code
}

// mostDropped are as many answers as are left out, one round after the other, until the rest will do for a draft.
const mostDropped = 30

// Begun is the draft in which a clerk completes an application, and which of its files (Sent.Number) are not in it: those that it does not take and those
// of no known document stay with what was sent, and the clerk has to be told, since that goes once the draft was filed.
type Begun struct {
	Draft string
	Left  []int
}

// Complete begins a draft of the counter with what of an application will do, and with its files: the clerk asks for the rest. It arrived when it arrived at
// the sender (P5). If the draft goes, the application waits again.
//
// Errors: not-found; not-allowed-now once it is done; invalid-request for one of which nobody knows when it arrived, and those of CreateAtCounter where not
// even who applies can be read.
func (s *Service) Complete(ctx context.Context, actor models.Actor, req dossier.Request, id string) (*Begun, error) {
	item, _, err := s.get(ctx, actor, id, "open-intake-item")
	if err != nil {
		return nil, err
	}
	if item.ArrivedAt == nil || item.Procedure == "" {
		return nil, unfit("intake-arrival")
	}
	mapped, files := s.again(item)
	d := apply.PaperDraft{Draft: apply.Draft{Procedure: item.Procedure, Municipality: item.Municipality, Consents: mapped.Consents}, ReceivedAt: *item.ArrivedAt,
		Identity: apply.Identity{Kind: apply.IdentityElsewhere, CheckedAt: *item.ArrivedAt}, Begun: func(tx *postgres.Tx, draft string) error {
			row, err := s.waiting(tx, id)
			if err != nil {
				return err
			}
			tx.ChangeIntakeItem(row, postgres.Set(&row.State, models.IntakeDrafted), postgres.Set(&row.DraftID, &draft),
				postgres.Set(&row.DoneBy, &actor.Person), postgres.Set(&row.DoneAt, &tx.Now))
			return tx.AddAudit(&models.AuditEntry{Action: "draft-intake", ObjectKind: "intake-item", ObjectID: id})
		}}
	for range mostDropped {
		if d.Facts, err = json.Marshal(mapped.Facts); err != nil {
			return nil, err
		}
		d.Form = mapped.Form
		var v *apply.View
		if v, err = s.opt.Apply.CreateAtCounter(ctx, actor, req, d); err == nil {
			return &Begun{v.ID, s.attach(ctx, actor, item, files, v.ID)}, nil
		}
		if !dropped(&mapped, err) {
			return nil, err
		}
	}
	return nil, err
}

// again maps what was sent once more: what its sender's file says may have been mended meanwhile. With it the document of each file.
func (s *Service) again(item *Item) (intake.Mapped, map[int]dossier.DocumentRef) {
	files := map[int]dossier.DocumentRef{}
	sender := s.opt.Senders.Of(item.Sender)
	var form *intake.Form
	if sender != nil {
		form = sender.Form(item.Application.Form, jp.DateIn(*item.ArrivedAt))
	}
	if form == nil {
		return intake.Mapped{Facts: map[string]any{}, Form: map[string]any{}}, files
	}
	for i, f := range item.Application.Files {
		if document, subject, ok := form.Document(f.Kind); ok {
			files[i+1] = dossier.DocumentRef{Document: document, Subject: subject}
		}
	}
	return form.Map(item.Application.Fields), files
}

// dropped leaves out what a refusal points to; false if it points to nothing that was said.
func dropped(m *intake.Mapped, err error) bool {
	f, any := fault.As(err), false
	if f == nil {
		return false
	}
	for _, d := range f.Details {
		steps := strings.Split(strings.TrimPrefix(d.Pointer, "/"), "/")
		switch steps[0] {
		case "facts":
			any = without(m.Facts, steps[1:]) || any
		case "form":
			any = without(m.Form, steps[1:]) || any
		case "applicant":
			continue // it is not there
		}
	}
	return any
}

// without takes away what the steps lead to, or the nearest thing above it that is there.
func without(at map[string]any, steps []string) bool {
	if len(steps) == 0 {
		return false
	}
	inner, there := at[steps[0]]
	switch inner := inner.(type) {
	case map[string]any:
		if len(steps) > 1 && without(inner, steps[1:]) {
			return true
		}
	case []any:
		if len(steps) > 2 {
			n, err := strconv.Atoi(steps[1])
			if err == nil && n < len(inner) {
				if entry, ok := inner[n].(map[string]any); ok && without(entry, steps[2:]) {
					return true
				}
			}
		}
	}
	delete(at, steps[0])
	return there
}

// attach puts those files into the draft that it takes, and gives the numbers of the others.
func (s *Service) attach(ctx context.Context, actor models.Actor, item *Item, documents map[int]dossier.DocumentRef, draft string) (left []int) {
	key, err := s.dossiers.LinkKey(ctx, dossier.LinkIntake, item.ID, item.WrappedKey)
	for i := range item.Sent {
		f := &item.Sent[i]
		to, known := documents[f.Number]
		if err != nil || !known || f.StoredAt == nil || s.move(ctx, actor, key, f, to, draft) != nil {
			left = append(left, f.Number)
		}
	}
	return left
}

func (s *Service) move(ctx context.Context, actor models.Actor, key seal.Key, f *Sent, to dossier.DocumentRef, draft string) error {
	body, err := s.plain(ctx, key, f.ObjectKey)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	_, err = s.opt.Documents.Receive(ctx, actor, document.Upload{Application: draft, Document: to.Document, Subject: to.Subject, Name: f.Name, Length: f.Size,
		Body: body, Naming: document.Naming{KeepBoth: true}}) // a phone calls every photo image.jpg
	return err
}
