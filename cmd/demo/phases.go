package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/statement"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// phases is the seed of phases exactly as api.md has it, midnight in Japan.
func phases() []operate.Row {
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, jp.JST) }
	return []operate.Row{
		{Procedure: "*", Item: "*", Municipality: "*", Phase: phase.Trial, From: at(2017, 7, 18)},
		{Procedure: "*", Item: "*", Municipality: "*", Phase: phase.Full, From: at(2017, 11, 13)},
		{Procedure: "*", Item: "*", Municipality: minato, Phase: phase.Trial, From: at(2017, 7, 18)},
		{Procedure: "*", Item: "pension", Municipality: mori, Phase: phase.Suspended, From: at(2026, 4, 1)},
	}
}

// invented are the circulars of the demo, the newest last: nothing rests on that one yet.
var invented = []circular.Entry{
	{Number: "府番第101号", IssuedOn: "2026-04-01", Title: "情報連携の試行運用の終了について"},
	{Number: "府番第102号", IssuedOn: "2026-10-01", Title: "生活保護関係情報の本格運用の開始について"},
	{Number: "府番第103号", IssuedOn: "2026-11-02", Title: "情報連携の本格運用の拡大について"},
}

// seedPhases registers circulars, schedules a switch of みなと町 and leaves another to be approved, so that a board has more than a past.
// They are so far ahead that nobody who tries the demo meets them.
func (p *parts) seedPhases(ctx context.Context, a *app.App) error {
	var admins [2]models.Actor
	for i := range admins {
		person, err := a.Accounts.PersonFor(ctx, providerName, fmt.Sprintf("admin-national-%d", i+1))
		if err != nil {
			return err
		}
		admins[i] = models.Actor{Person: person, Role: models.RoleNational, Purpose: "demo-seed", Request: "demo-seed"}
	}
	request := func(what string) dossier.Request {
		sum := sha256.Sum256([]byte(what))
		return dossier.Request{Route: "demo-seed phases", Key: what, BodyHash: sum[:]}
	}
	for _, c := range invented {
		day, err := jp.ParseDate(c.IssuedOn)
		if err != nil {
			return err
		}
		c.Issuer = "こども庁（架空）"
		letter := statement.Letter{Number: c.Number, Date: present.Date(day, wording.Japanese), To: "各市区町村長　殿", From: c.Issuer, Title: c.Title, Paragraphs: []string{
			"標記について、関係する手続と情報を定めたので通知する。", "この文書は試すための見本であり、実在の通知ではない。"}}
		if c.PDF, err = letter.PDF(); err != nil {
			return err
		}
		if _, err := a.Circulars.Register(ctx, admins[0], request(c.Number), c); err != nil {
			return fmt.Errorf("the circular %s: %w", c.Number, err)
		}
	}
	change := func(item string, rests int, years int) operate.Proposal {
		from := operate.NextMonth(time.Now()).AddDate(years, 0, 0)
		row := operate.Row{Procedure: "infant-support-certification", Item: item, Municipality: minato, Phase: phase.Full, From: from}
		return operate.Proposal{Rows: []operate.Row{row}, Reason: "試行運用で書類と回答が一致したため", Circular: invented[rests].Number}
	}
	scheduled, err := a.Operate.Propose(ctx, admins[0], request("scheduled"), change("public-assistance", 1, 1))
	if err != nil {
		return err
	}
	if scheduled.State == models.ChangeProposed { // else approved at a start that was broken off
		if _, err := a.Operate.Approve(ctx, admins[1], scheduled.ID); err != nil {
			return err
		}
	}
	_, err = a.Operate.Propose(ctx, admins[1], request("waiting"), change("local-tax", 0, 2))
	return err
}
