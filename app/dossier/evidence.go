package dossier

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Evidence is one evidence item of a filed case: its row, and what the guards of lifecycle look at now.
type Evidence struct {
	Row *models.PlanItem
	lifecycle.Item
	PhaseNow string // the phase in force for the pair now, which decides whether the network may be asked; "" without an item
}

// Sheet is a filed case as its review works on it, read in one transaction.
type Sheet struct {
	App       *models.Application
	Catalogue *catalogue.Catalogue // of the edition by which it was decided (P8)
	Version   *catalogue.Version   // in force at arrival (P5)
	Items     []Evidence           // in the order of the plan

	Files         []models.File // as the actor may see them: staff once a scan has released them
	Unscanned     []postgres.Unscanned
	Papers        []models.Paper
	Consents      []models.Consent
	Readings      []models.Reading
	Inquiries     []models.Inquiry
	Discrepancies []models.Discrepancy
}

// Sheet reads a case. Error: not-found for one that never arrived.
func (d *Service) Sheet(tx *postgres.Tx, app *models.Application) (*Sheet, error) {
	s := &Sheet{App: app}
	var err error
	if s.Catalogue, err = d.Decided(tx, app); err != nil {
		return nil, err
	}
	if s.Version, err = Version(s.Catalogue, app.Procedure, *app.ArrivedAt); err != nil {
		return nil, err
	}
	rows, err := tx.PlanItems(app.ID)
	if err != nil {
		return nil, err
	}
	phases, err := tx.PhaseRows(app.Procedure, app.Municipality)
	if err != nil {
		return nil, err
	}
	if err := s.read(tx); err != nil {
		return nil, err
	}
	now := PhaseRows(phases)
	for i := range rows {
		s.Items = append(s.Items, s.evidence(&rows[i], now, tx))
	}
	return s, nil
}

func (s *Sheet) read(tx *postgres.Tx) (err error) {
	id := s.App.ID
	if s.Files, err = tx.FilesOf(id); err != nil {
		return err
	}
	if s.Unscanned, err = tx.UnscannedOf(id); err != nil {
		return err
	}
	if s.Papers, err = tx.PapersOf(id); err != nil {
		return err
	}
	if s.Consents, err = tx.ConsentsOf(id); err != nil {
		return err
	}
	if s.Readings, err = tx.ReadingsOf(id); err != nil {
		return err
	}
	if s.Inquiries, err = tx.InquiriesOf(id); err != nil {
		return err
	}
	s.Discrepancies, err = tx.DiscrepanciesOf(id)
	return err
}

func (s *Sheet) evidence(row *models.PlanItem, phases []phase.Row, tx *postgres.Tx) Evidence {
	e := Evidence{Row: row, Item: lifecycle.Item{
		Document: row.Document,
		Subject:  row.Subject,
		State:    row.State,
		Inquire:  row.Inquire,
		Omitted:  row.Decision == "omit",
		AnswerIn: row.Answered,
		Readable: row.Read,
	}}
	e.Attached, e.WasRead = s.attached(row), s.wasRead(row)
	if row.Item != "" {
		e.PhaseNow = phase.InForce(phases, s.App.Procedure, row.Item, s.App.Municipality, tx.Now).Phase
		e.Suspended = row.Inquire && e.PhaseNow == phase.Suspended
		e.NeedsConsent = s.Version.NeedsConsent(row.Item)
		e.Consent = Consented(s.Consents, row.Item, row.Subject)
	}
	return e
}

// attached says whether the document is there: a file that no scan has found infected, or on paper. What came before the
// revision for which it was asked anew does not count.
func (s *Sheet) attached(row *models.PlanItem) bool {
	for _, f := range s.Files {
		if f.State == models.FileStored && f.Scan != models.ScanInfected && Current(row, &f) {
			return true
		}
	}
	for _, f := range s.Unscanned {
		if f.Document == row.Document && f.Subject == row.Subject && f.Revision >= row.Revision {
			return true
		}
	}
	return row.Paper
}

// Current says whether a file is one of a requirement's document as it was last asked for.
func Current(row *models.PlanItem, f *models.File) bool {
	return f.Document == row.Document && f.Subject == row.Subject && f.Revision >= row.Revision
}

// wasRead says whether any document of the item was ever read: a difference is not forgotten because its document is gone.
func (s *Sheet) wasRead(row *models.PlanItem) bool {
	for _, r := range s.Readings {
		if r.Document == row.Document && r.Subject == row.Subject {
			return true
		}
	}
	return false
}

// Consented says whether the newest word on an item and a subject is consent: of two the later counts, and consent to the
// item alone is for all subjects (P6).
func Consented(rows []models.Consent, item, subject string) bool {
	given := false
	for _, c := range rows {
		if c.Item == item && (c.Subject == "" || c.Subject == subject) {
			given = c.Given
		}
	}
	return given
}

// Item finds an evidence item. Error: not-found.
func (s *Sheet) Item(document, subject string) (*Evidence, error) {
	for i := range s.Items {
		if e := &s.Items[i]; e.Document == document && e.Subject == subject {
			return e, nil
		}
	}
	return nil, fault.New(fault.NotFound, fault.CodeNotFound, "case-asks-no-such")
}

// Reading is the newest reading of a document, or nil. A document that was handed in anew after it has none.
func (s *Sheet) Reading(e *Evidence) *models.Reading {
	if !e.Row.Read {
		return nil
	}
	var newest *models.Reading
	for i := range s.Readings {
		if r := &s.Readings[i]; r.Document == e.Document && r.Subject == e.Subject {
			newest = r
		}
	}
	return newest
}

// Answered is the newest inquiry about a document that was answered with facts, or nil.
func (s *Sheet) Answered(e *Evidence) *models.Inquiry {
	for i := len(s.Inquiries) - 1; i >= 0; i-- {
		if q := &s.Inquiries[i]; q.Document == e.Document && q.Subject == e.Subject && q.State == models.InquiryAnswered {
			return q
		}
	}
	return nil
}

// OpenDiscrepancy is the open file of a document's difference, or nil.
func (s *Sheet) OpenDiscrepancy(document, subject string) *models.Discrepancy {
	for i := range s.Discrepancies {
		if x := &s.Discrepancies[i]; x.Document == document && x.Subject == subject && x.State == models.DiscrepancyOpen {
			return x
		}
	}
	return nil
}

// Linkage is what a version compares of an item; nil if it does not ask for it.
func Linkage(v *catalogue.Version, item string) *catalogue.Linkage {
	for i := range v.Linkage {
		if v.Linkage[i].Item == item {
			return &v.Linkage[i]
		}
	}
	return nil
}

// Compared are the fields of an item that the case's version compares, in its order.
func (s *Sheet) Compared(item string) []catalogue.ComparedField {
	l, i := Linkage(s.Version, item), s.Catalogue.Item(item)
	if l == nil || i == nil {
		return nil
	}
	var out []catalogue.ComparedField
	for _, name := range l.Compare {
		for _, f := range i.Fields {
			if f.Name == name {
				out = append(out, f)
			}
		}
	}
	return out
}

// timeline are the events of an item that its parent sees in the timeline.
var timeline = map[lifecycle.ItemEvent]bool{lifecycle.ItemAsk: true, lifecycle.ItemFallBack: true, lifecycle.ItemWaive: true,
	lifecycle.ItemDirect: true, lifecycle.ItemNetworkAlone: true, lifecycle.ItemDiffer: true, lifecycle.ItemClose: true}

// MoveItem changes the state of an evidence item: the rule decides, the update is guarded by the state that the row shows,
// and the audit is in the same transaction. Errors: not-allowed-now from the rule at once; conflict at the flush.
func (d *Service) MoveItem(tx *postgres.Tx, app *models.Application, e *Evidence, event lifecycle.ItemEvent, changes ...postgres.Assignment) error {
	next, err := lifecycle.ItemNext(e.Item, event)
	if err != nil {
		return err
	}
	tx.ChangePlanItem(e.Row, append(changes, postgres.Set(&e.Row.State, next))...)
	e.State = next
	if timeline[event] {
		if err := d.Record(tx, app, "item-"+string(event), app.State, e.Document+"/"+e.Subject); err != nil {
			return err
		}
	}
	return d.Audit(tx, app, "item-"+string(event), "item", app.ID+"/"+e.Document+"/"+e.Subject)
}

// NetworkClosed is why the network is not asked for an item in a phase that is neither trial nor full operation.
func NetworkClosed(now string) fault.Reason {
	if now == phase.Suspended {
		return "closed-suspended"
	}
	return "closed-not-started"
}
