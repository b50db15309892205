package dossier

import (
	"strconv"

	"kosodate.example/onestop/storage/seal"
)

// NoteCell is where a reviewer's note lies sealed.
func NoteCell(id string) seal.Cell {
	return seal.Cell{Table: "case_notes", Column: "sealed", Row: id}
}

// DispositionCell is where it lies sealed how an item was settled without its document (R4).
func DispositionCell(application, document, subject string) seal.Cell {
	return seal.Cell{Table: "dispositions", Column: "sealed", Row: application + "/" + document + "/" + subject}
}

// StepCell is where the note of a step of a discrepancy's file lies sealed.
func StepCell(id string) seal.Cell {
	return seal.Cell{Table: "discrepancy_steps", Column: "sealed_note", Row: id}
}

// ReportCell is where the report of what happened (顛末報告) lies sealed.
func ReportCell(discrepancy string) seal.Cell {
	return seal.Cell{Table: "discrepancies", Column: "sealed_report", Row: discrepancy}
}

// DecisionCell is where a part of a decision lies sealed: sealed_reason, sealed_letter or sealed_reopening.
func DecisionCell(application string, number int, column string) seal.Cell {
	return seal.Cell{Table: "decisions", Column: column, Row: application + "/" + strconv.Itoa(number)}
}

// CoreCell is where it lies sealed why a core system (基幹システム) refused a case.
func CoreCell(application, system string) seal.Cell {
	return seal.Cell{Table: "core_cases", Column: "sealed_reason", Row: application + "/" + system}
}

// ResidentCell is where the resident id (宛名番号) of a subject lies sealed.
func ResidentCell(application, subject string) seal.Cell {
	return seal.Cell{Table: "resident_links", Column: "sealed", Row: application + "/" + subject}
}

// MailCell is where a person's mail address lies sealed, with the service's key for settings.
func MailCell(person string) seal.Cell {
	return seal.Cell{Table: "person_settings", Column: "sealed_mail", Row: person}
}

// ReassessmentCell is where the note of whoever dealt with a reassessment (見直し) lies sealed.
func ReassessmentCell(id string) seal.Cell {
	return seal.Cell{Table: "reassessments", Column: "sealed_note", Row: id}
}

// LetterCell is where the letter of a decision lies sealed, as it was made.
func LetterCell(application string, number int) seal.Cell {
	return seal.Cell{Table: "letters", Column: "sealed_pdf", Row: application + "/" + strconv.Itoa(number)}
}
