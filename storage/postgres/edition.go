package postgres

import "kosodate.example/onestop/models"

// EditionRows reads the rows that can matter in one municipality, in the order of adding; with the scope of the national edition
// alone ("*") only its rows. A filing calls it after it has read its instant, as PhaseRows.
func (tx *Tx) EditionRows(municipality string) ([]models.EditionRow, error) {
	return query[models.EditionRow](tx, `select * from edition_rows where scope in ('*', ?) order by seq`, municipality)
}

// EditionRowsOf is EditionRows for the municipality of an application that the actor may see.
func (tx *Tx) EditionRowsOf(application string) ([]models.EditionRow, error) {
	return query[models.EditionRow](tx, `select * from edition_rows where scope in ('*', (select municipality from applications where id = ?)) order by seq`,
		application)
}

// Switches reads the phase rows of one procedure and the edition rows of one municipality as PhaseRows and EditionRows do, in one
// round trip and at one moment. Of phase rows it reads what decides, not by which change they came.
func (tx *Tx) Switches(procedure, municipality string) ([]models.PhaseRow, []models.EditionRow, error) {
	rows, err := query[struct {
		models.PhaseRow `gorm:"embedded"`
		Edition         bool
		Digest          *string
		EditionID       *string
		Cancels         bool
	}](tx, `select false as edition, seq, id, procedure, item, municipality, phase, effective_from, null as digest,
			null as edition_id, false as cancels
		from phase_rows where municipality in ('*', ?) and procedure in ('*', ?)
		union all
		select true, seq, id, '', '', scope, '', effective_from, digest, edition_id, cancels from edition_rows where scope in ('*', ?)
		order by edition, seq`, municipality, procedure, municipality)
	var phases []models.PhaseRow
	var editions []models.EditionRow
	for _, r := range rows {
		if r.Edition {
			editions = append(editions, models.EditionRow{ID: r.ID, Seq: r.Seq, Scope: r.Municipality, Digest: r.Digest,
				EffectiveFrom: r.EffectiveFrom, EditionID: r.EditionID, Cancels: r.Cancels})
		} else {
			phases = append(phases, r.PhaseRow)
		}
	}
	return phases, editions, err
}

// AllEditionRows reads every row in the order of adding.
func (tx *Tx) AllEditionRows() ([]models.EditionRow, error) {
	return query[models.EditionRow](tx, `select * from edition_rows order by seq`)
}

// AddEditionRow queues a row. The commit is refused (LatePhaseRow) if it comes too close to or after its instant.
func (tx *Tx) AddEditionRow(r *models.EditionRow) error {
	r.RecordedAt = tx.Now
	return add(tx, "", r)
}

// EditionBundle reads the files of an edition that the actor may see; not-found otherwise.
func (tx *Tx) EditionBundle(digest string) (*models.EditionBundle, error) {
	return one[models.EditionBundle](tx, "digest = ?", digest)
}

// AddEditionBundle queues the files of an edition; one that is there already stays as it is, which is the same.
func (tx *Tx) AddEditionBundle(b *models.EditionBundle) error {
	b.StoredAt = tx.Now
	return add(tx, " on conflict do nothing", b)
}

// AddEdition queues a new edition on its way into force.
func (tx *Tx) AddEdition(e *models.Edition) error { return add(tx, "", e) }

// Edition reads one edition that the actor may see; not-found otherwise, also for a malformed id.
func (tx *Tx) Edition(id string) (*models.Edition, error) { return byID[models.Edition](tx, id) }

// Editions lists those that the actor may see, newest first; of some scopes, or of all for none. Drafts that were taken back before
// anybody proposed them are left out: each step of editing leaves one.
func (tx *Tx) Editions(scopes []string, page Page) ([]models.Edition, error) {
	const kept = "not (state = 'cancelled' and proposed_by is null)"
	if len(scopes) == 0 {
		return newest[models.Edition](tx, page, kept)
	}
	return newest[models.Edition](tx, page, kept+" and scope in ?", scopes)
}

// ApprovedEditions reads of every edition that two persons put in force its id, reason and circular: the public history.
func (tx *Tx) ApprovedEditions() ([]models.Edition, error) {
	return query[models.Edition](tx, `select id, reason, circular from editions where state = ?`, models.EditionApproved)
}

// AddEditionCertificate queues the certificate of an edition, after what approves it.
func (tx *Tx) AddEditionCertificate(c *models.EditionCertificate) error {
	c.MadeAt = tx.Now
	return add(tx, "", c)
}

// EditionCertificate reads a certificate that the actor may see by its digest; not-found otherwise.
func (tx *Tx) EditionCertificate(digest string) (*models.EditionCertificate, error) {
	return one[models.EditionCertificate](tx, "digest = ?", digest)
}

// CertificatesOf reads the certificates of some editions that the actor may see.
func (tx *Tx) CertificatesOf(editions ...string) ([]models.EditionCertificate, error) {
	return all[models.EditionCertificate](tx, "made_at", "edition_id in ?", editions)
}

// LockEditions lets one transaction at a time put editions in force, so that the order of adding is the order of commits.
func (tx *Tx) LockEditions() error {
	return translate(tx.gorm.Exec(`select pg_advisory_xact_lock(7030201719)`).Error)
}

// ChangeEdition queues a guarded change of an edition, by its state and version.
func (tx *Tx) ChangeEdition(e *models.Edition, changes ...Assignment) {
	change(tx, e, append(changes, Set(&e.Version, e.Version+1)), &e.State, &e.Version)
}
