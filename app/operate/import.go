package operate

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// The three kinds of CSV that Import takes, told apart by their first line.
var (
	municipalityHeader = []string{"code", "name_ja", "name_kana", "name_en", "office_ja", "office_plain", "office_en", "telephone", "trial_note"}
	offeringHeader     = []string{"municipality", "procedure", "from", "until", "signature", "guidance_ja", "guidance_plain", "guidance_en", "deadline"}
	closedDayHeader    = []string{"municipality", "day", "name"}
)

func pointerTo(list string, i int) string { return "/" + list + "/" + strconv.Itoa(i) }

// Import reads one CSV (UTF-8, with or without a byte order mark) of municipalities, offerings or closed days and adds
// or replaces what it names, all or nothing. It gives how many lines it took. Errors: invalid-request with each line and
// column at fault, as a pointer "/line/column".
func (s *Service) Import(ctx context.Context, actor models.Actor, r io.Reader) (int, error) {
	raw, err := io.ReadAll(io.LimitReader(r, 16<<20))
	if err != nil {
		return 0, err
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	if err != nil {
		return 0, fault.New(fault.Refused, fault.CodeInvalidRequest, "This is not CSV: "+err.Error())
	}
	if len(lines) == 0 {
		return 0, fault.New(fault.Refused, fault.CodeInvalidRequest, "The file is empty.")
	}
	take := map[string]func(context.Context, models.Actor, []line) error{
		fmt.Sprint(municipalityHeader): s.importMunicipalities,
		fmt.Sprint(offeringHeader):     s.importOfferings,
		fmt.Sprint(closedDayHeader):    s.importClosedDays,
	}[fmt.Sprint(lines[0])]
	if take == nil {
		return 0, fault.Newf(fault.Refused, fault.CodeInvalidRequest, "The first line has to be one of %v, %v, %v.", municipalityHeader, offeringHeader, closedDayHeader)
	}
	var rows []line
	var details []fault.Detail
	for i, cells := range lines[1:] {
		row := line{number: i + 2, header: lines[0], cells: cells}
		if len(cells) != len(lines[0]) {
			details = append(details, fault.Detail{Code: "wrong-columns", Pointer: "/" + strconv.Itoa(row.number),
				Text: fmt.Sprintf("This line has %d columns, the first line has %d.", len(cells), len(lines[0]))})
			continue
		}
		rows = append(rows, row)
	}
	if len(details) > 0 {
		return 0, fault.New(fault.Refused, fault.CodeInvalidRequest, "The file is not right.").With(details...)
	}
	return len(rows), take(ctx, actor, rows)
}

// line is one line of a CSV by the names of its columns.
type line struct {
	number        int
	header, cells []string
}

func (l line) get(column string) string {
	for i, h := range l.header {
		if h == column {
			return l.cells[i]
		}
	}
	return ""
}

func (l line) at(column string) string { return "/" + strconv.Itoa(l.number) + "/" + column }

// date reads a day, nil for an empty cell.
func (l line) date(column string, details *[]fault.Detail) *time.Time {
	if l.get(column) == "" {
		return nil
	}
	d, err := jp.ParseDate(l.get(column))
	if err != nil {
		*details = append(*details, fault.Detail{Code: "invalid-date", Text: "A day is written YYYY-MM-DD.", Pointer: l.at(column)})
		return nil
	}
	t := d.Time()
	return &t
}

func (l line) municipality(column string, details *[]fault.Detail) string {
	code := l.get(column)
	if !jp.ValidMunicipality(code) {
		*details = append(*details, fault.Detail{Code: fault.CodeInvalidMunicipal, Text: "This is not a municipality's code.", Pointer: l.at(column)})
	}
	return code
}

func wrongLines(details []fault.Detail) error {
	if len(details) == 0 {
		return nil
	}
	return fault.New(fault.Refused, fault.CodeInvalidRequest, "The file is not right.").With(details...)
}

func (s *Service) importMunicipalities(ctx context.Context, actor models.Actor, rows []line) error {
	var details []fault.Detail
	var list []*models.Municipality
	for _, l := range rows {
		m := &models.Municipality{Code: l.municipality("code", &details), NameJa: l.get("name_ja"), NameKana: l.get("name_kana"), NameEn: l.get("name_en"),
			OfficeJa: l.get("office_ja"), OfficePlain: l.get("office_plain"), OfficeEn: l.get("office_en"), Telephone: l.get("telephone"), Version: 1}
		trial, err := strconv.ParseBool(l.get("trial_note"))
		if err != nil {
			details = append(details, fault.Detail{Code: "wrong-type", Text: "trial_note is true or false.", Pointer: l.at("trial_note")})
		}
		m.TrialNote = trial
		key, err := s.desk.NewMunicipalityKey(ctx, m.Code)
		if err != nil {
			return err
		}
		m.WrappedKey = key // kept only for a municipality that has none
		list = append(list, m)
	}
	if err := wrongLines(details); err != nil {
		return err
	}
	return s.desk.DB.InTx(ctx, actor.For("import-municipalities"), func(tx *postgres.Tx) error {
		for _, m := range list {
			if err := tx.PutMunicipality(m); err != nil {
				return err
			}
		}
		return tx.AddAudit(&models.AuditEntry{Action: "import", ObjectKind: "municipalities", ObjectID: strconv.Itoa(len(list))})
	})
}

func (s *Service) importOfferings(ctx context.Context, actor models.Actor, rows []line) error {
	var details []fault.Detail
	var list []*models.Offering
	for _, l := range rows {
		o := &models.Offering{Municipality: l.municipality("municipality", &details), Procedure: l.get("procedure"), OpensOn: l.date("from", &details),
			ClosesOn: l.date("until", &details), Signature: l.get("signature"), GuidanceJa: l.get("guidance_ja"),
			GuidancePlain: l.get("guidance_plain"), GuidanceEn: l.get("guidance_en"), DeadlineOn: l.date("deadline", &details)}
		details = append(details, s.checkOffering("/"+strconv.Itoa(l.number), o)...)
		list = append(list, o)
	}
	if err := wrongLines(details); err != nil {
		return err
	}
	return s.desk.DB.InTx(ctx, actor.For("import-offerings"), func(tx *postgres.Tx) error {
		for _, o := range list {
			if err := tx.PutOffering(o); err != nil {
				return err
			}
		}
		return tx.AddAudit(&models.AuditEntry{Action: "import", ObjectKind: "offerings", ObjectID: strconv.Itoa(len(list))})
	})
}

func (s *Service) importClosedDays(ctx context.Context, actor models.Actor, rows []line) error {
	var details []fault.Detail
	var list []*models.ClosedDay
	for _, l := range rows {
		d := &models.ClosedDay{Municipality: l.municipality("municipality", &details), Name: l.get("name")}
		if day := l.date("day", &details); day != nil {
			d.Day = *day
		} else {
			details = append(details, fault.Detail{Code: "required", Text: "Say which day.", Pointer: l.at("day")})
		}
		list = append(list, d)
	}
	if err := wrongLines(details); err != nil {
		return err
	}
	return s.desk.DB.InTx(ctx, actor.For("import-closed-days"), func(tx *postgres.Tx) error {
		for _, d := range list {
			if err := tx.PutClosedDay(d); err != nil {
				return err
			}
		}
		return tx.AddAudit(&models.AuditEntry{Action: "import", ObjectKind: "closed-days", ObjectID: strconv.Itoa(len(list))})
	})
}
