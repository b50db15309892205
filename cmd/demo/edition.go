package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/models"
)

// hinataFiles are what ひなた市 lays over the national edition: its こども医療費, and the list of its facilities.
//
//go:embed all:seed/998010
var hinataFiles embed.FS

// medical is the procedure that only ひなた市 has.
const medical = "child-medical-certificate"

// seedEdition puts ひなた市's edition in force as its admins would: one uploads and proposes it, the other approves.
func (p *parts) seedEdition(ctx context.Context, a *app.App) error {
	files, err := fs.Sub(hinataFiles, "seed/"+hinata)
	if err != nil {
		return err
	}
	bundle, err := edition.Read(files)
	if err != nil {
		return err
	}
	zip, err := bundle.Zip()
	if err != nil {
		return err
	}
	var admins [2]models.Actor
	for i := range admins {
		person, err := a.Accounts.PersonFor(ctx, providerName, fmt.Sprintf("admin-hinata-%d", i+1))
		if err != nil {
			return err
		}
		admins[i] = models.Actor{Person: person, Role: models.RoleAdmin, Municipality: hinata, Purpose: "demo-seed", Request: "demo-seed"}
	}
	sum := sha256.Sum256(zip)
	request := func(step string) dossier.Request {
		return dossier.Request{Route: "demo-seed " + step + " edition", Key: hinata, BodyHash: sum[:]}
	}
	e, err := a.Publish.Upload(ctx, admins[0], request("upload"), zip)
	if err != nil {
		return err
	}
	proposal := publish.Proposal{From: time.Now(), Reason: "こども医療費の申請と、保育施設の一覧を加えます。", Circular: "ひなた市告示第1号"}
	if e, err = a.Publish.Propose(ctx, admins[0], request("propose"), e.ID, proposal); err != nil {
		return err
	}
	if e, err = a.Publish.Get(ctx, admins[1], e.ID); err == nil && e.State == string(models.EditionProposed) { // else approved at a start that was broken off
		e, err = a.Publish.Approve(ctx, admins[1], e.ID)
	}
	if err != nil {
		return err
	}
	return p.offerMedical(ctx, a, *e.From)
}

// offerMedical offers the procedure that ひなた市 added, as soon as its edition is in force.
func (p *parts) offerMedical(ctx context.Context, a *app.App, from time.Time) error {
	timer := time.NewTimer(time.Until(from.Add(10 * time.Second)))
	defer timer.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for a.Editions().Now(hinata).Procedure(medical) == nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return errors.New("the edition of ひなた市 does not come into force")
		case <-tick.C:
		}
	}
	importer := models.Actor{Role: models.RoleNational, Purpose: "demo-seed", Request: "demo-seed"}
	_, err := a.Operate.Import(ctx, importer, bytes.NewReader([]byte(offeringColumns+offeringLine(hinata, medical, models.SignatureLogin))))
	return err
}
