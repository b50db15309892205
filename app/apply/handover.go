package apply

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// CheckHandover validates what another site has prefilled (R14) as a draft's content, and gives it in its normal form.
// Nothing is stored. Errors: invalid-municipality, and those of check.
func (s *Service) CheckHandover(ctx context.Context, h dossier.HandedOver) (dossier.HandedOver, error) {
	if !jp.ValidMunicipality(h.Municipality) {
		return h, dossier.UnknownMunicipality()
	}
	now := s.dossiers.DB.Now()
	content := dossier.Content{Facts: h.Facts, Form: h.Form}
	ok, err := s.check(s.inForce(h.Municipality, now), h.Procedure, h.Municipality, content, checkOptions{at: now, now: now})
	if err != nil {
		return h, err
	}
	if _, err := s.dossiers.MunicipalityKey(ctx, h.Municipality); err != nil { // it uses the service
		return h, err
	}
	h.Facts, h.Form = ok.content.Facts, ok.content.Form
	return h, nil
}

// TakeOver begins a draft from what another site has prefilled and the person has taken over (R14). end ends the hand-over
// in the same transaction, so that one link makes one draft; its refusal comes before all others. Errors: those of end, and
// of Create.
func (s *Service) TakeOver(ctx context.Context, actor models.Actor, req dossier.Request, h dossier.HandedOver, end func(tx *postgres.Tx) error) (*View, error) {
	n, ok, refusal := s.prepare(ctx, Draft{
		Procedure:    h.Procedure,
		Municipality: h.Municipality,
		Facts:        h.Facts,
		Form:         h.Form,
		OnDuplicate:  h.OnDuplicate,
	}, false)
	view, err := dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*View, error) {
		if err := end(tx); err != nil {
			return nil, err
		}
		if refusal != nil {
			return nil, refusal
		}
		n.app.Channel = models.ChannelHandover
		ok.content.Origins = unchanged(h.Origins, dossier.Content{Facts: h.Facts, Form: h.Form}, ok.content)
		return s.createIn(tx, n, ok)
	})
	if postgres.Violated(err) == "applications_one_open_draft" {
		return nil, s.duplicateOf(ctx, actor, n) // another tab was faster
	}
	return view, err
}

// unchanged are the origins of those fields whose value is the same as it was: what the person has changed comes from the
// person.
func unchanged(origins map[string]string, before, after dossier.Content) map[string]string {
	if len(origins) == 0 {
		return nil
	}
	was, is := values(before), values(after)
	out := map[string]string{}
	for at, site := range origins {
		old, found := lookUp(was, at)
		now, still := lookUp(is, at)
		if found && still && reflect.DeepEqual(old, now) {
			out[at] = site
		}
	}
	return out
}

// values is a content as JSON has it, with numbers as they were written.
func values(c dossier.Content) any {
	raw, err := json.Marshal(map[string]any{"facts": c.Facts, "form": c.Form})
	if err != nil {
		return nil // facts that are no JSON: check refuses them before
	}
	var out any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	_ = d.Decode(&out) // it was just encoded
	return out
}

// lookUp finds the value at a JSON Pointer.
func lookUp(in any, at string) (any, bool) {
	for _, part := range strings.Split(at, "/")[1:] {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch v := in.(type) {
		case map[string]any:
			next, there := v[part]
			if !there {
				return nil, false
			}
			in = next
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			in = v[i]
		default:
			return nil, false
		}
	}
	return in, true
}
