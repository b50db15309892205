package dossier

import (
	"strconv"

	"kosodate.example/onestop/storage/seal"
)

// NotePlace is where a reviewer's note lies sealed.
func NotePlace(id string) seal.Place {
	return seal.Place{Table: "case_notes", Column: "sealed", Row: id}
}

// DispositionPlace is where it lies sealed how an item was settled without its document (R4).
func DispositionPlace(application, document, subject string) seal.Place {
	return seal.Place{Table: "dispositions", Column: "sealed", Row: application + "/" + document + "/" + subject}
}

// StepPlace is where the note of a step of a discrepancy's file lies sealed.
func StepPlace(id string) seal.Place {
	return seal.Place{Table: "discrepancy_steps", Column: "sealed_note", Row: id}
}

// ReportPlace is where the report of what happened (顛末報告) lies sealed.
func ReportPlace(discrepancy string) seal.Place {
	return seal.Place{Table: "discrepancies", Column: "sealed_report", Row: discrepancy}
}

// DecisionPlace is where a part of a decision lies sealed: sealed_reason, sealed_letter or sealed_reopening.
func DecisionPlace(application string, number int, column string) seal.Place {
	return seal.Place{Table: "decisions", Column: column, Row: application + "/" + strconv.Itoa(number)}
}

// MailPlace is where a person's mail address lies sealed, with the service's key for settings.
func MailPlace(person string) seal.Place {
	return seal.Place{Table: "person_settings", Column: "sealed_mail", Row: person}
}
