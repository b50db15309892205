package core

import (
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/review"
)

// coreCase is a case as its core system takes it over.
type coreCase struct {
	ID            string            `json:"id" format:"uuid"`
	ReceiptNumber string            `json:"receipt_number"`
	OriginNumber  string            `json:"origin_number,omitempty" doc:"That of the office that passed it on (移送)."`
	Municipality  string            `json:"municipality"`
	Procedure     string            `json:"procedure"`
	CatalogueFrom string            `json:"catalogue_from,omitempty" doc:"The version of the procedure that decided: in force from this day."`
	Channel       string            `json:"channel" enum:"online,counter,handover,portal"`
	State         string            `json:"state"`
	Revision      int               `json:"revision"`
	ArrivedAt     time.Time         `json:"arrived_at"`
	ClaimOn       string            `json:"claim_on" doc:"Claim date (請求日)."`
	DeadlineOn    string            `json:"deadline_on,omitempty"`
	Late          bool              `json:"late"`
	Protected     bool              `json:"protected" doc:"支援措置: guard the address."`
	Facts         wire.Facts        `json:"facts"`
	Form          wire.Form         `json:"form" doc:"Every answer: applicant, children, payee …"`
	Residents     map[string]string `json:"residents" doc:"Resident ids (宛名番号) by subject, as far as they are known."`
	Declarations  []coreDeclaration `json:"declarations" nullable:"false" doc:"Why documents are not attached."`
	Documents     []coreDocument    `json:"documents" nullable:"false"`
	Decisions     []coreDecision    `json:"decisions" nullable:"false"`
	PaymentOn     string            `json:"payment_on,omitempty"`
}

type coreDeclaration struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Kind     string `json:"kind" enum:"will-follow,cannot-provide"`
	Reason   string `json:"reason"`
	Due      string `json:"due,omitempty"`
}

type coreDocument struct {
	Document string     `json:"document"`
	Subject  string     `json:"subject"`
	State    string     `json:"state"`
	Decision string     `json:"decision" enum:"attach,omit"`
	Coming   bool       `json:"coming" doc:"A file is there that no virus scan has released yet: its event follows."`
	Paper    bool       `json:"paper" doc:"It came on paper."`
	Files    []coreFile `json:"files" nullable:"false"`
}

type coreFile struct {
	ID        string `json:"id" format:"uuid"`
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
	Sha256    string `json:"sha256"`
	Current   bool   `json:"current" doc:"Not from before the document was asked for anew."`
	Path      string `json:"path" doc:"Where its bytes are." format:"uri-reference"`
}

type coreDecision struct {
	Number         int        `json:"number"`
	Outcome        string     `json:"outcome" enum:"approved,rejected"`
	Reason         string     `json:"reason"`
	DocumentNumber string     `json:"document_number,omitempty" doc:"文書番号 of the letter."`
	Letter         string     `json:"letter"`
	At             time.Time  `json:"at"`
	ReopenedAt     *time.Time `json:"reopened_at,omitempty"`
}

func decisionOf(d review.Decision) coreDecision {
	return coreDecision{Number: d.Number, Outcome: d.Outcome, Reason: d.Reason, DocumentNumber: d.DocumentNumber, Letter: d.Letter, At: d.At,
		ReopenedAt: d.ReopenedAt}
}

func viewOf(c *review.Case, residents map[string]string) coreCase {
	out := coreCase{
		ID:            c.ID,
		ReceiptNumber: c.ReceiptNumber,
		OriginNumber:  c.OriginNumber,
		Municipality:  c.Municipality,
		Procedure:     c.Procedure,
		CatalogueFrom: c.PlanVersion,
		Channel:       c.Channel,
		State:         string(c.State),
		Revision:      c.Revision,
		ArrivedAt:     c.ArrivedAt,
		ClaimOn:       c.ClaimOn,
		DeadlineOn:    c.DeadlineOn,
		Late:          c.Late,
		Protected:     c.Protected,
		Facts:         wire.Facts(c.Facts),
		Form:          c.Form,
		Residents:     residents,
		Declarations:  wire.Each(c.Declarations, func(d dossier.Declaration) coreDeclaration { return coreDeclaration(d) }),
		Documents:     wire.Each(c.Items, func(i review.Item) coreDocument { return documentOf(c.ID, i) }),
		Decisions:     wire.Each(c.Decisions, decisionOf),
	}
	if out.Residents == nil {
		out.Residents = map[string]string{}
	}
	for _, said := range c.Core {
		if said.PaymentOn != "" {
			out.PaymentOn = said.PaymentOn
		}
	}
	return out
}

func documentOf(id string, i review.Item) coreDocument {
	return coreDocument{Document: i.Document, Subject: i.Subject, State: string(i.State), Decision: i.Decision, Coming: i.Coming, Paper: len(i.Papers) > 0,
		Files: wire.Each(i.Files, func(f review.File) coreFile {
			return coreFile{ID: f.ID, Name: f.Name, MediaType: f.MediaType, Size: f.Size, Sha256: f.Sha256, Current: f.Current,
				Path: "/api/v1/core/cases/" + id + "/files/" + f.ID + "/content"}
		})}
}
