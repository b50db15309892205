package operate

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// The kinds of CSV that Import takes, told apart by their first line. How many weeks a decision takes may be left out of offerings.
var (
	municipalityHeader = []string{"code", "name_ja", "name_kana", "name_en", "office_ja", "office_plain", "office_en", "telephone", "trial_note"}
	offeringHeader     = []string{"municipality", "procedure", "from", "until", "signature", "guidance_ja", "guidance_plain", "guidance_en", "deadline"}
	weeksHeader        = append(slices.Clone(offeringHeader), "weeks")
	closedDayHeader    = []string{"municipality", "day", "name"}
)

// maxImport is the size of the largest file that is taken: more than every municipality with every procedure needs.
const maxImport = 16 << 20

func pointerTo(list string, i int) string { return "/" + list + "/" + strconv.Itoa(i) }

// Import reads one CSV (UTF-8, with or without a byte order mark) of municipalities, offerings or closed days and adds
// or replaces what it names, all or nothing. It gives how many lines it took. Errors: invalid-request with each line and
// column at fault, as a pointer "/line/column".
func (s *Service) Import(ctx context.Context, actor models.Actor, r io.Reader) (int, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxImport+1))
	if err != nil {
		return 0, err
	}
	if len(raw) > maxImport {
		return 0, fault.New(fault.TooLarge, fault.CodeTooLarge, "import-too-large")
	}
	header, rows, details := parse(raw)
	if len(details) > 0 {
		return 0, wrongLines(details)
	}
	importRows := map[string]func(context.Context, models.Actor, []line) error{
		fmt.Sprint(municipalityHeader): s.importMunicipalities,
		fmt.Sprint(offeringHeader):     s.importOfferings,
		fmt.Sprint(weeksHeader):        s.importOfferings,
		fmt.Sprint(closedDayHeader):    s.importClosedDays,
	}[fmt.Sprint(header)]
	if importRows == nil {
		return 0, fault.New(fault.Refused, fault.CodeInvalidRequest, "import-header",
			fault.Name("headers", fmt.Sprint(municipalityHeader, weeksHeader, closedDayHeader)))
	}
	if err := importRows(ctx, actor, rows); err != nil {
		return 0, err
	}
	return len(rows), nil
}

// parse reads the lines of a CSV with the numbers they have in the file, where cells may hold line breaks and lines may
// be empty.
func parse(raw []byte) (header []string, rows []line, details []fault.Detail) {
	if !utf8.Valid(raw) {
		return nil, nil, []fault.Detail{{Code: "wrong-encoding", Reason: "not-utf-8", Pointer: ""}}
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	reader.FieldsPerRecord = -1
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return header, rows, details
		}
		if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) {
			return nil, nil, append(
				details,
				fault.Detail{Code: "not-csv", Pointer: "/" + strconv.Itoa(wrong.Line)},
			)
		}
		if header == nil {
			header = cells
			continue
		}
		number, _ := reader.FieldPos(0)
		if len(cells) != len(header) {
			details = append(details, fault.Detail{Code: "wrong-columns", Pointer: "/" + strconv.Itoa(number),
				Params: []fault.Param{fault.Number("here", len(cells)), fault.Number("first", len(header))}})
			continue
		}
		rows = append(rows, line{number: number, header: header, cells: cells})
	}
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
		*details = append(*details, fault.Detail{Code: "invalid-date", Reason: "not-a-day", Pointer: l.at(column)})
		return nil
	}
	t := d.Time()
	return &t
}

// weeks reads how long a decision takes, nil for an empty cell or none.
func (l line) weeks(details *[]fault.Detail) *int {
	if l.get("weeks") == "" {
		return nil
	}
	n, err := strconv.Atoi(l.get("weeks"))
	if err != nil {
		*details = append(*details, weeksFault(l.at("weeks")))
		return nil
	}
	return &n
}

func (l line) municipality(column string, details *[]fault.Detail) string {
	code := l.get(column)
	if !jp.ValidMunicipality(code) {
		*details = append(*details, fault.Detail{Code: fault.CodeInvalidMunicipal, Reason: "municipality-code", Pointer: l.at(column)})
	}
	return code
}

func wrongLines(details []fault.Detail) error {
	if len(details) == 0 {
		return nil
	}
	return fault.New(fault.Refused, fault.CodeInvalidRequest, "file-wrong").With(details...)
}
