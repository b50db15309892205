package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// who is the person who acts; nil for the program itself.
func (tx *Tx) who() *string {
	if tx.Actor.Person == "" {
		return nil
	}
	return &tx.Actor.Person
}

// LetterSettings are those that count in a municipality; nil while nobody entered any.
func (tx *Tx) LetterSettings(municipality string) (*models.LetterSettings, error) {
	rows, err := upTo[models.LetterSettings](tx, 1, "version desc", "municipality = ?", municipality)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// LetterSettingsPast are all versions, newest first.
func (tx *Tx) LetterSettingsPast(municipality string) ([]models.LetterSettings, error) {
	return all[models.LetterSettings](tx, "version desc", "municipality = ?", municipality)
}

// AllLetterSettings are those that count in each municipality that has some.
func (tx *Tx) AllLetterSettings() ([]models.LetterSettings, error) {
	return query[models.LetterSettings](tx, `select distinct on (municipality) * from letter_settings order by municipality, version desc`)
}

// AddLetterSettings queues a version. Conflict at the flush if it is there already.
func (tx *Tx) AddLetterSettings(s *models.LetterSettings) error {
	s.ChangedBy, s.ChangedAt = tx.who(), tx.Now
	return add(tx, "", s)
}

// NextLetterNumber takes the next number of a fiscal year. Nobody else has one of the municipality's until the commit: none is left out.
func (tx *Tx) NextLetterNumber(municipality string, year int) (int, error) {
	var n int
	err := tx.gorm.Raw(`insert into letter_numbers as n (municipality, year, last) values (?, ?, 1)
		on conflict (municipality, year) do update set last = n.last + 1 returning last`, municipality, year).Scan(&n).Error
	return n, translate(err)
}

// AddLetter queues a letter.
func (tx *Tx) AddLetter(l *models.Letter) error { return add(tx, "", l) }

// LetterOf reads the letter of a decision; not-found for one that was made before letters were kept.
func (tx *Tx) LetterOf(application string, number int) (*models.Letter, error) {
	return one[models.Letter](tx, "application_id = ? and number = ?", application, number)
}

// LetterLine is a letter in a list.
type LetterLine struct {
	ApplicationID  string
	Number         int
	DocumentNumber string
	MadeOn         time.Time
	ReadAt         *time.Time
	Procedure      string
	Protected      bool
	Channel        string
	ReceiptNumber  string
	Outcome        string
}

const letterLines = `select l.application_id, l.number, l.document_number, l.made_on, r.read_at, a.procedure, a.protected, a.channel,
		coalesce(a.receipt_number, '') as receipt_number, d.outcome
	from letters l join applications a on a.id = l.application_id join decisions d on d.application_id = l.application_id and d.number = l.number
	left join letter_reads r on r.application_id = l.application_id and r.number = l.number `

// LettersOf lists a case's letters, oldest first.
func (tx *Tx) LettersOf(application string) ([]LetterLine, error) {
	return query[LetterLine](tx, letterLines+`where l.application_id = ? order by l.number`, application)
}

// LettersOfDay lists a municipality's letters of a day in the order of their numbers.
func (tx *Tx) LettersOfDay(municipality string, day time.Time) ([]LetterLine, error) {
	return query[LetterLine](tx, letterLines+`where l.municipality = ? and l.made_on = ? order by l.year, l.running`, municipality, day)
}

// ReadLetter queues that its parent opened the letter of a decision; the first time stays.
func (tx *Tx) ReadLetter(l *models.Letter) error {
	return add(tx, " on conflict do nothing", &models.LetterRead{ApplicationID: l.ApplicationID, Number: l.Number, Municipality: l.Municipality,
		PersonID: l.PersonID, ReadAt: tx.Now})
}

// Boilerplates are those of a municipality as they stand, in the order of their names.
func (tx *Tx) Boilerplates(municipality string) ([]models.Boilerplate, error) {
	return query[models.Boilerplate](tx, `select * from (select distinct on (id) * from boilerplates where municipality = ? order by id, version desc) b
		order by kind, name, id`, municipality)
}

// BoilerplatePast are all versions of one, newest first; not-found without any.
func (tx *Tx) BoilerplatePast(municipality, id string) ([]models.Boilerplate, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	rows, err := all[models.Boilerplate](tx, "version desc", "municipality = ? and id = ?", municipality, id)
	if err == nil && len(rows) == 0 {
		err = fault.ErrNotFound
	}
	return rows, err
}

// AddBoilerplate queues a version of one. Conflict at the flush if it is there already.
func (tx *Tx) AddBoilerplate(b *models.Boilerplate) error {
	b.ChangedBy, b.ChangedAt = tx.who(), tx.Now
	return add(tx, "", b)
}
