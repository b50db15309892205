package review

import (
	"encoding/hex"
	"slices"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// withheld says whether the network's answer is kept from the reviewer: a document is there, and nobody has read it yet,
// so that it is read and not copied (review.md, "Inquiries"). An omitted document is not to be read.
func withheld(e *dossier.Evidence) bool { return !e.Omitted && e.Attached && !e.Readable }

func (s *Service) showItem(l *look, e *dossier.Evidence) (Item, error) {
	out := Item{
		Document:     e.Document,
		Subject:      e.Subject,
		Linkage:      e.Row.Item,
		Decision:     e.Row.Decision,
		Reason:       e.Row.Reason,
		Inquire:      e.Inquire,
		Phase:        e.Row.Phase,
		PhaseNow:     e.PhaseNow,
		State:        e.State,
		Declared:     e.Row.Declared,
		DueOn:        dateText(e.Row.DueOn),
		NeedsConsent: e.NeedsConsent,
		Consent:      e.Consent,
		Withheld:     e.AnswerIn && withheld(e),
	}
	if e.PhaseNow == phase.Suspended {
		if row := phase.InForce(dossier.PhaseRows(l.phases), l.sheet.App.Procedure, e.Row.Item, l.sheet.App.Municipality, l.now).Row; row != nil {
			since := inJapan(row.From)
			out.SuspendedSince = &since
		}
	}
	if e.Row.PhaseRowID != nil {
		out.PhaseRow = *e.Row.PhaseRowID
	}
	for _, f := range l.sheet.Compared(e.Row.Item) {
		out.Fields = append(out.Fields, f.Name)
	}
	if linked := dossier.Linkage(l.sheet.Version, e.Row.Item); linked != nil {
		out.Outcome = linked.Outcome
	}
	if err := l.showPapers(e.Row, &out); err != nil {
		return out, err
	}
	found, err := s.showSaid(l, e, &out)
	out.Steps = itemSteps(l, e, found)
	return out, err
}

// showPapers adds the files that a scan released, and what came on paper.
func (l *look) showPapers(row *models.PlanItem, out *Item) error {
	for _, f := range l.sheet.Files {
		if f.Document != out.Document || f.Subject != out.Subject || f.State != models.FileStored || f.Scan != models.ScanClean {
			continue
		}
		name, err := l.file.Key.Open(f.SealedName, seal.Cell{Table: "files", Column: "sealed_name", Row: f.ID})
		if err != nil {
			return err
		}
		answers, err := l.file.Answers(&f)
		if err != nil {
			return err
		}
		out.Files = append(out.Files, File{
			ID:        f.ID,
			Answers:   answers,
			Name:      string(name),
			MediaType: f.MediaType,
			Size:      f.Size,
			Sha256:    hex.EncodeToString(f.Sha256),
			Revision:  f.Revision,
			Current:   dossier.Current(row, &f),
			CreatedAt: inJapan(f.CreatedAt),
			Seen:      f.Seen,
		})
	}
	out.Coming = slices.ContainsFunc(l.sheet.Unscanned, func(f postgres.Unscanned) bool { return f.Document == out.Document && f.Subject == out.Subject })
	for _, p := range l.sheet.Papers {
		if p.Document == out.Document && p.Subject == out.Subject {
			out.Papers = append(out.Papers, Paper{ReceivedAt: inJapan(p.ReceivedAt), Original: p.Original, Clerk: p.ClerkID})
		}
	}
	return nil
}

// showSaid adds the reading, and beside it the answer once it may be seen, with what was found between them.
func (s *Service) showSaid(l *look, e *dossier.Evidence, out *Item) (found dossier.Found, err error) {
	document, err := openReading(l.file.Key, l.sheet, e)
	if err != nil {
		return found, err
	}
	out.Reading = document
	if withheld(e) {
		return found, nil
	}
	if out.Answer, err = openAnswer(l.file.Key, l.sheet, e); err != nil || out.Answer == nil || document == nil {
		return found, err
	}
	found, err = l.sheet.Lay(e.Row.Item, &document.Said, &out.Answer.Said)
	out.Differences, out.Written = found.Differences, found.Written
	for i := range l.comparisons {
		if c := &l.comparisons[i]; c.Document == e.Document && c.Subject == e.Subject && c.Why != "" && c.At.After(document.At) {
			out.Judged = &Judged{Same: c.Outcome == models.CompareJudged, Why: c.Why, By: *c.StaffID, At: inJapan(c.At)}
		}
	}
	return found, err
}

// openReading opens the newest reading of a document that is there; nil if nobody has read it.
func openReading(key seal.Key, sheet *dossier.Sheet, e *dossier.Evidence) (*Reading, error) {
	r := sheet.Reading(e)
	if r == nil {
		return nil, nil
	}
	said, err := dossier.OpenSaid(key, r.Sealed, dossier.ReadingCell(r.ApplicationID, r.Document, r.Subject, r.Number))
	if err != nil {
		return nil, err
	}
	return &Reading{Number: r.Number, Said: *said, Reader: r.ReaderID, At: inJapan(r.At)}, nil
}

// openAnswer opens the network's newest answer about an item; nil if there is none.
func openAnswer(key seal.Key, sheet *dossier.Sheet, e *dossier.Evidence) (*Answer, error) {
	q := sheet.Answered(e)
	if q == nil {
		return nil, nil
	}
	said, err := dossier.OpenSaid(key, q.SealedAnswer, dossier.AnswerCell(q.ID))
	if err != nil {
		return nil, err
	}
	out := &Answer{Inquiry: q.ID, Said: *said, Provider: q.Provider}
	if q.AnsweredAt != nil {
		out.At = inJapan(*q.AnsweredAt)
	}
	return out, nil
}

// released says whether the document can be read: on paper, or in files of which a scan has released every one.
func released(sheet *dossier.Sheet, e *dossier.Evidence) bool {
	if e.Row.Paper {
		return true
	}
	for _, f := range sheet.Unscanned {
		if f.Document == e.Document && f.Subject == e.Subject && f.Revision >= e.Row.Revision {
			return false
		}
	}
	for _, f := range sheet.Files {
		if f.State == models.FileStored && f.Scan == models.ScanClean && dossier.Current(e.Row, &f) {
			return true
		}
	}
	return false
}

// readable says whether an item's document may be read now. Error: not-allowed-now.
func readable(sheet *dossier.Sheet, e *dossier.Evidence) error {
	switch {
	case lifecycle.Settled(e.State):
		return notNow("settled-already")
	case e.State == models.ItemAwaiting || !e.Attached:
		return notNow("document-not-there")
	case !released(sheet, e):
		return notNow("not-opened-yet")
	}
	return nil
}
