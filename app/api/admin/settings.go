package admin

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func (a *api) settingsRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/admin/municipalities/{code}", ID: "show-settings", For: edge.Admin, Fails: []int{422},
			Summary: "A municipality's settings", Call: wire.JSON(a.settings)},
		{Method: http.MethodPut, Path: "/api/v1/admin/municipalities/{code}", ID: "put-settings", For: edge.Admin, Fails: []int{409, 412},
			Summary: "Replace a municipality's settings as a whole", Call: wire.JSON(a.putSettings)},
	}
}

type settingsView struct {
	Code        string         `json:"code,omitempty"`
	NameJa      string         `json:"name_ja"`
	NameKana    string         `json:"name_kana"`
	NameEn      string         `json:"name_en"`
	OfficeJa    string         `json:"office_ja"`
	OfficePlain string         `json:"office_plain"`
	OfficeEn    string         `json:"office_en"`
	Telephone   string         `json:"telephone"`
	TrialNote   bool           `json:"trial_note" doc:"Show the note that documents are still asked for while a trial lasts."`
	AskByHand   bool           `json:"ask_by_hand,omitempty" doc:"The network is not asked by itself when a case is claimed."`
	NextByDue   bool           `json:"next_by_due,omitempty" doc:"The next case is that which is due first, not that which came first."`
	Offerings   []offeringView `json:"offerings" nullable:"false"`
	ClosedDays  []closedDay    `json:"closed_days" nullable:"false"`
}

type offeringView struct {
	Procedure     string `json:"procedure"`
	From          string `json:"from,omitempty" format:"date"`
	Until         string `json:"until,omitempty" format:"date" doc:"Inclusive."`
	Signature     string `json:"signature" enum:"none,login,signature"`
	GuidanceJa    string `json:"guidance_ja,omitempty"`
	GuidancePlain string `json:"guidance_plain,omitempty"`
	GuidanceEn    string `json:"guidance_en,omitempty"`
	Deadline      string `json:"deadline,omitempty" format:"date"`
	Weeks         *int   `json:"weeks,omitempty" minimum:"1" maximum:"52" doc:"How long a decision usually takes (標準処理期間); missing: the catalogue's."`
}

type closedDay struct {
	Day  string `json:"day" format:"date"`
	Name string `json:"name"`
}

func settingsOf(s *operate.Settings) settingsView {
	m := s.Municipality
	out := settingsView{
		Code:        m.Code,
		NameJa:      m.NameJa,
		NameKana:    m.NameKana,
		NameEn:      m.NameEn,
		OfficeJa:    m.OfficeJa,
		OfficePlain: m.OfficePlain,
		OfficeEn:    m.OfficeEn,
		Telephone:   m.Telephone,
		TrialNote:   m.TrialNote,
		AskByHand:   m.AskByHand,
		NextByDue:   m.NextByDue,
		Offerings:   []offeringView{},
		ClosedDays:  []closedDay{},
	}
	for _, o := range s.Offerings {
		out.Offerings = append(out.Offerings, offeringView{
			Procedure:     o.Procedure,
			From:          dayOf(o.OpensOn),
			Until:         dayOf(o.ClosesOn),
			Signature:     o.Signature,
			GuidanceJa:    o.GuidanceJa,
			GuidancePlain: o.GuidancePlain,
			GuidanceEn:    o.GuidanceEn,
			Deadline:      dayOf(o.DeadlineOn),
			Weeks:         o.Weeks,
		})
	}
	for _, d := range s.ClosedDays {
		out.ClosedDays = append(out.ClosedDays, closedDay{Day: jp.DateOf(d.Day).String(), Name: d.Name})
	}
	return out
}

func dayOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return jp.DateOf(*t).String()
}

// day reads a day that the schema has checked already; nil for an empty one.
func day(s string) *time.Time {
	d, err := jp.ParseDate(s)
	if err != nil {
		return nil
	}
	t := d.Time()
	return &t
}

func (a *api) settings(ctx context.Context, in *struct {
	Code string `path:"code" example:"998010"`
}) (*wire.Versioned[settingsView], error) {
	s, err := a.Operate.Settings(ctx, edge.ActorFrom(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(s.Municipality.Version, settingsOf(s)), nil
}

func (a *api) putSettings(ctx context.Context, in *struct {
	wire.Guarded
	Code string `path:"code" example:"998010"`
	Body settingsView
}) (*wire.Versioned[settingsView], error) {
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	actor := edge.ActorFrom(ctx)
	if version == nil { // whoever does not say what they have seen replaces whatever is there
		now, err := a.Operate.Settings(ctx, actor, in.Code)
		if err != nil {
			return nil, err
		}
		version = &now.Municipality.Version
	}
	b := in.Body
	s := operate.Settings{Municipality: models.Municipality{
		Code:        in.Code,
		NameJa:      b.NameJa,
		NameKana:    b.NameKana,
		NameEn:      b.NameEn,
		OfficeJa:    b.OfficeJa,
		OfficePlain: b.OfficePlain,
		OfficeEn:    b.OfficeEn,
		Telephone:   b.Telephone,
		TrialNote:   b.TrialNote,
		AskByHand:   b.AskByHand,
		NextByDue:   b.NextByDue,
	}}
	for _, o := range b.Offerings {
		s.Offerings = append(s.Offerings, models.Offering{
			Procedure:     o.Procedure,
			OpensOn:       day(o.From),
			ClosesOn:      day(o.Until),
			Signature:     o.Signature,
			GuidanceJa:    o.GuidanceJa,
			GuidancePlain: o.GuidancePlain,
			GuidanceEn:    o.GuidanceEn,
			DeadlineOn:    day(o.Deadline),
			Weeks:         o.Weeks,
		})
	}
	for _, d := range b.ClosedDays {
		if at := day(d.Day); at != nil {
			s.ClosedDays = append(s.ClosedDays, models.ClosedDay{Day: *at, Name: d.Name})
		}
	}
	out, err := a.Operate.PutSettings(ctx, actor, *version, s)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(out.Municipality.Version, settingsOf(out)), nil
}
