package export

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// page is how many rows are read in one transaction.
const page = 200

// patience is how long an export is tried before it counts as failed: longer than an outage of the object store, shorter
// than a day on which somebody waits for it.
const patience = 8 * time.Hour

// Make is the job that makes an export. Killed and started again it makes the same object anew; done once, it does
// nothing more. What cannot be made within patience is failed, so that nobody waits for it.
func (s *Service) Make(ctx context.Context, t task.MakeExport) error {
	actor := models.System(t.Municipality, "export")
	var row *models.Export
	var now time.Time
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		now = tx.Now
		row, err = tx.Export(t.Export)
		return err
	})
	if err != nil || row.State != models.ExportQueued || !now.Before(row.ExpiresAt) {
		return err
	}
	changes, err := s.make(ctx, actor, row)
	if err != nil && now.Sub(row.CreatedAt) < patience {
		return err
	}
	if err != nil {
		changes = []postgres.Assignment{postgres.Set(&row.State, models.ExportFailed)}
	}
	// The time of this attempt may be over; what became of it is to be known all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return errors.Join(err, s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		tx.ChangeExport(row, append(changes, postgres.Set(&row.FinishedAt, &tx.Now))...)
		return nil
	}))
}

// make makes the object and gives what changes in the row.
func (s *Service) make(ctx context.Context, actor models.Actor, row *models.Export) ([]postgres.Assignment, error) {
	var w Wish
	if err := json.Unmarshal(row.Params, &w); err != nil {
		return nil, err
	}
	w.Kind, w.Encoding = row.Kind, row.Encoding
	key, err := s.dossiers.LinkKey(ctx, dossier.LinkExport, row.ID, row.WrappedKey)
	if err != nil {
		return nil, err
	}
	out, err := s.write(ctx, actor, row, w, key)
	if err != nil {
		return nil, err
	}
	return []postgres.Assignment{
		postgres.Set(&row.State, models.ExportDone),
		postgres.Set(&row.Size, out.plain),
		postgres.Set(&row.Rows, out.rows),
		postgres.Set(&row.Unfit, out.unfit()),
	}, nil
}

// sheet writes rows, sealed, into a file of this machine: the object store wants to know the size first.
type sheet struct {
	encoding string
	csv      *csv.Writer
	buffer   *strings.Builder
	to       *bufio.Writer
	rows     int
	plain    int64
	missing  map[rune]bool
}

func (s *Service) write(ctx context.Context, actor models.Actor, row *models.Export, w Wish, key seal.Key) (*sheet, error) {
	file, err := os.CreateTemp("", "onestop-export-")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(file.Name()) // while it is open, where the system can: a killed worker leaves nothing behind
	defer func() { _ = file.Close(); _ = os.Remove(file.Name()) }()
	sealed, err := key.EncryptStream(file, contentCell(row.ObjectKey))
	if err != nil {
		return nil, err
	}
	buffer := &strings.Builder{}
	out := &sheet{
		encoding: w.Encoding,
		buffer:   buffer,
		csv:      csv.NewWriter(buffer),
		to:       bufio.NewWriter(sealed),
		missing:  map[rune]bool{},
	}
	out.csv.UseCRLF = true // RFC 4180
	if w.Encoding == models.EncodingUTF8 {
		if err := out.raw([]byte(discrepancy.BOM)); err != nil {
			return nil, err
		}
	}
	// Read as who asked for it: row security leaves out whom that person may not see (支援措置).
	reader := models.Actor{Person: row.RequestedBy, Role: models.RoleReviewer, Municipality: row.Municipality, Purpose: actor.Purpose}
	if w.Kind == models.ExportDiscrepancyReport {
		err = s.report(ctx, reader, row, w, out)
	} else {
		err = s.cases(ctx, reader, row, w, out)
	}
	if err != nil {
		return nil, err
	}
	if err := out.to.Flush(); err != nil {
		return nil, err
	}
	if err := sealed.Close(); err != nil {
		return nil, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	_, err = s.objects.Put(ctx, row.ObjectKey, file, seal.SealedSize(out.plain), "application/octet-stream")
	return out, err
}

func (o *sheet) raw(b []byte) error {
	o.plain += int64(len(b))
	_, err := o.to.Write(b)
	return err
}

// row writes one row; no cell is a formula to a spreadsheet (security.md, "Abuse").
func (o *sheet) row(cells []string) error {
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = discrepancy.Neutralise(c)
	}
	o.buffer.Reset()
	if err := o.csv.Write(safe); err != nil {
		return err
	}
	o.csv.Flush()
	if err := o.csv.Error(); err != nil {
		return err
	}
	o.rows++
	if o.encoding == models.EncodingUTF8 {
		return o.raw([]byte(o.buffer.String()))
	}
	encoded, unfit := discrepancy.EncodeCP932(o.buffer.String())
	for _, r := range unfit {
		o.missing[r] = true
	}
	return o.raw(encoded)
}

// header writes the first row, which is none of the rows that are counted.
func (o *sheet) header(cells []string) error {
	err := o.row(cells)
	o.rows = 0
	return err
}

// unfit lists the characters that the encoding does not have, in order.
func (o *sheet) unfit() string {
	var all []string
	for r := range o.missing {
		all = append(all, string(r))
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

// gone says whether a case was erased while the export was made: it is left out.
func gone(err error) bool { return fault.KindOf(err) == fault.NotFound && err != nil }
