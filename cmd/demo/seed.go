package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	cards "kosodate.example/onestop/app/gateway/sign/simulator"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

//go:embed seed/postal-codes.csv
var postalCodes []byte

//go:embed seed/banks.csv
var banks []byte

//go:embed seed/municipalities.csv
var municipalities []byte

// The municipalities of the demo: invented, and no prefecture has the number 99.
const (
	hinata = "998010"
	minato = "998028"
	mori   = "998036"
)

// seed puts the demo's data in at the first start. Every step can be made again, but the cases, which are the last.
func (p *parts) seed(ctx context.Context, a *app.App) error {
	importer := models.Actor{Role: models.RoleNational, Purpose: "demo-seed", Request: "demo-seed"}
	if _, err := a.Operate.Import(ctx, importer, bytes.NewReader(municipalities)); err != nil {
		return err
	}
	if err := a.Operate.ImportBanks(ctx, importer, bytes.NewReader(banks)); err != nil {
		return err
	}
	if err := seedLetters(ctx, a, importer); err != nil {
		return fmt.Errorf("the letters: %w", err)
	}
	var seeded bool
	err := a.DB.InTx(ctx, importer, func(tx *postgres.Tx) error {
		rows, err := tx.AllPhaseRows()
		seeded = len(rows) > 0
		return err
	})
	if err != nil || seeded {
		return err
	}
	if _, err := a.Operate.Import(ctx, importer, bytes.NewReader(offerings(a))); err != nil {
		return err
	}
	if _, err := a.Operate.Import(ctx, importer, bytes.NewReader(closedDays())); err != nil {
		return err
	}
	if err := p.seedEdition(ctx, a); err != nil {
		return fmt.Errorf("the edition of ひなた市: %w", err)
	}
	owner, err := postgres.Open(ctx, postgres.Options{DSN: p.ownerDSN, MaxConns: 1})
	if err != nil {
		return err
	}
	defer owner.Close()
	if err := a.Operate.ImportHistory(ctx, owner, phases()); err != nil {
		return err
	}
	if err := p.seedPhases(ctx, a); err != nil {
		return fmt.Errorf("the changes of phase: %w", err)
	}
	if err := seedNamed(ctx, a); err != nil {
		return fmt.Errorf("who sees protected persons: %w", err)
	}
	if err := p.seedCore(ctx, a); err != nil {
		return fmt.Errorf("the core system: %w", err)
	}
	if err := p.seedCases(ctx, a); err != nil {
		return err
	}
	return p.seedProtected(ctx, a)
}

// offeringColumns are the headings of the table of offerings.
const offeringColumns = "municipality,procedure,from,until,signature,guidance_ja,guidance_plain,guidance_en,deadline\n"

// offeringLine lets a municipality offer a procedure without dates.
func offeringLine(municipality, procedure, level string) string {
	return fmt.Sprintf("%s,%s,,,%s,,,,\n", municipality, procedure, level)
}

// offerings lets every municipality offer every procedure, without dates: もり村 asks for signatures where the catalogue
// does, the others for a sign-in (P3).
func offerings(a *app.App) []byte {
	var b bytes.Buffer
	b.WriteString(offeringColumns)
	for _, code := range []string{hinata, minato, mori} {
		for _, proc := range a.Editions().National().Procedures() {
			level := "login"
			if code == mori {
				level = proc.Latest().Signature
			}
			b.WriteString(offeringLine(code, proc.Code, level))
		}
	}
	return b.Bytes()
}

// closedDays closes the offices from 29 December to 3 January, and on holidays that do not move.
func closedDays() []byte {
	var b bytes.Buffer
	b.WriteString("municipality,day,name\n")
	fixed := []struct{ day, name string }{{"12-29", "年末"}, {"12-30", "年末"}, {"12-31", "年末"}, {"01-01", "元日"}, {"01-02", "年始"}, {"01-03", "年始"},
		{"02-11", "建国記念の日"}, {"02-23", "天皇誕生日"}, {"04-29", "昭和の日"}, {"05-03", "憲法記念日"}, {"05-04", "みどりの日"}, {"05-05", "こどもの日"},
		{"08-11", "山の日"}, {"11-03", "文化の日"}, {"11-23", "勤労感謝の日"}}
	for _, code := range []string{hinata, minato, mori} {
		for year := 2017; year <= 2030; year++ {
			for _, f := range fixed {
				fmt.Fprintf(&b, "%s,%d-%s,%s\n", code, year, f.day, f.name)
			}
		}
	}
	return b.Bytes()
}

// seedCases writes some drafts and filed cases of parents whom nobody else plays, so that whoever tries the demo as
// parent-1 begins with an empty list.
func (p *parts) seedCases(ctx context.Context, a *app.App) error {
	today := jp.DateIn(time.Now())
	n := 0
	for _, code := range []string{hinata, minato, mori} {
		for i, procedure := range []string{"child-allowance-claim", "childcare-enrolment", "pregnancy-notification", "child-allowance-donation"} {
			n++
			subject := fmt.Sprintf("load-%04d", 1001-n)
			person, err := a.Accounts.PersonFor(ctx, providerName, subject)
			if err != nil {
				return err
			}
			actor := models.Actor{Person: person, Role: models.RoleApplicant, Purpose: "demo-seed", Request: "demo-seed"}
			facts, form, err := a.Editions().Now(code).Version(procedure, today).ExampleCase(code, today)
			if err != nil {
				return err
			}
			if err := p.seedCase(ctx, a, actor, procedure, code, facts, form, i != 0); err != nil {
				return fmt.Errorf("%s in %s: %w", procedure, code, err)
			}
		}
	}
	return nil
}

// seedCase writes one draft, and files it by declaring whatever document it needs, signed with the example applicant's card
// where the municipality asks for that.
func (p *parts) seedCase(
	ctx context.Context,
	a *app.App,
	actor models.Actor,
	procedure, code string,
	facts json.RawMessage,
	form map[string]any,
	file bool,
) error {
	request := func(what string) dossier.Request {
		sum := sha256.Sum256([]byte(what))
		return dossier.Request{Route: "demo-seed " + what, Key: procedure + "/" + code, BodyHash: sum[:]}
	}
	v, err := a.Apply.Create(ctx, actor, request("create"), apply.Draft{
		Procedure:    procedure,
		Municipality: code,
		Facts:        facts,
		Form:         form,
	})
	if err != nil || !file {
		return err
	}
	if err := declareAll(ctx, a, actor, v); err != nil {
		return err
	}
	signature, err := p.signature(ctx, a, actor, v.ID, procedure, code)
	if err != nil {
		return err
	}
	_, err = a.Apply.FileSigned(ctx, actor, request("file"), v.ID, nil, signature, nil)
	return err
}

// declareAll says of every document that has to be brought that it will follow.
func declareAll(ctx context.Context, a *app.App, actor models.Actor, v *apply.View) error {
	var declarations []dossier.Declaration
	for _, r := range v.Plan.Requirements {
		if r.Decision == "attach" {
			declarations = append(declarations, dossier.Declaration{
				Document: r.Document,
				Subject:  r.Subject,
				Kind:     dossier.WillFollow,
				Reason:   "勤務先に発行を頼んでいます",
			})
		}
	}
	patch, err := json.Marshal(map[string]any{"declarations": declarations})
	if err != nil {
		return err
	}
	_, err = a.Apply.Change(ctx, actor, v.ID, v.Version, patch)
	return err
}

// signature signs a draft as it is now; nil where nobody asks for a signature.
func (p *parts) signature(ctx context.Context, a *app.App, actor models.Actor, id, procedure, code string) ([]byte, error) {
	if code != mori || a.Editions().Now(code).Procedure(procedure).Latest().Signature != models.SignatureSignature {
		return nil, nil
	}
	m, err := a.Apply.Manifest(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	content, err := m.Canonical()
	if err != nil {
		return nil, err
	}
	signature, _, err := p.cards.Card("example").Sign(cards.PIN, content)
	return signature, err
}

// givePostalCodes puts a table of invented postal codes beside the data.
func (p *parts) givePostalCodes(context.Context, options) error {
	p.config.Portal.PostalCodes = filepath.Join(p.data, "postal-codes.csv")
	return os.WriteFile(p.config.Portal.PostalCodes, postalCodes, 0o600)
}
