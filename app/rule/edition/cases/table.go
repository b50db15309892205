package cases

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/japanese"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
)

// row is one row of a table, with its number as the spreadsheet or the text editor shows it.
type row struct {
	number int
	cells  []string
}

func (r row) cell(i int) string {
	if i < len(r.cells) {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

func (r row) empty() bool { return strings.TrimSpace(strings.Join(r.cells, "")) == "" }

// maxUnzipped is how large a spreadsheet may be when it is unpacked. Nothing of it is written to a disk.
const maxUnzipped = 32 << 20

// The most that a table has: what a spreadsheet says of its own size is not believed.
const (
	maxRows    = 10_000
	maxColumns = 500
)

// csv reads a table of text: UTF-8, or CP932 as spreadsheets of Japan write it.
func (r *reader) csv(name string, text []byte) {
	if !utf8.Valid(text) {
		decoded, err := japanese.ShiftJIS.NewDecoder().Bytes(text)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			r.Add(source.Position{File: name}, "the text is neither UTF-8 nor Shift_JIS (CP932)")
			return
		}
		text = decoded
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	in.FieldsPerRecord = -1
	var rows []row
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			r.Add(source.Position{File: name, Line: wrong.Line}, "column %d of the text: %v", wrong.Column, wrong.Err)
			return
		}
		line, _ := in.FieldPos(0)
		rows = append(rows, row{line, cells})
	}
	r.table(name, rows, dateCells{})
}

// xlsx reads every sheet of a spreadsheet that is not empty.
func (r *reader) xlsx(name string, data []byte) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		r.Add(source.Position{File: name}, "the spreadsheet cannot be read, or is too large: %v", err)
		return
	}
	defer f.Close()
	dates := dateCells{serials: true}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		dates.from1904 = *props.Date1904
	}
	for _, sheet := range f.GetSheetList() {
		at := name + " [" + sheet + "]"
		rows, err := sheetRows(f, sheet)
		if err != nil {
			r.Add(source.Position{File: at}, "the sheet cannot be read: %v", err)
			continue
		}
		r.table(at, rows, dates)
	}
}

func sheetRows(f *excelize.File, sheet string) ([]row, error) {
	in, err := f.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var rows []row
	for number := 1; in.Next(); number++ {
		cells, err := in.Columns()
		switch {
		case err != nil:
			return nil, err
		case number > maxRows || len(cells) > maxColumns:
			return nil, fmt.Errorf("a sheet has %d rows and %d columns at most", maxRows, maxColumns)
		}
		if one := (row{number, cells}); !one.empty() {
			rows = append(rows, one)
		}
	}
	return rows, in.Error()
}

// dateCells is how a table keeps days: a spreadsheet as the number of a day, unless it was written as text.
type dateCells struct{ serials, from1904 bool }

func (d dateCells) serial(text string) (jp.Date, bool) {
	n, err := strconv.ParseFloat(text, 64)
	if !d.serials || err != nil || n < 1 || n > 100_000 {
		return jp.Date{}, false
	}
	t, err := excelize.ExcelDateToTime(n, d.from1904)
	return jp.DateOf(t), err == nil
}

// day reads a day as people write it, or as a spreadsheet keeps it.
func (d dateCells) day(text string) (jp.Date, error) {
	if day, ok := d.serial(text); ok {
		return day, nil
	}
	day, err := jp.ParseEraDate(text)
	if err != nil {
		return day, fmt.Errorf("%q is no day: it is written like 2026-05-01 or 令和8年5月1日", text)
	}
	return day, nil
}

// filed is the instant of a case that is filed on a day: nine o'clock.
func filed(day jp.Date) time.Time { return day.Morning() }

// columnName is how spreadsheets name the n-th column from 0: A, B, … AA.
func columnName(n int) string {
	name, err := excelize.ColumnNumberToName(n + 1)
	if err != nil {
		return strconv.Itoa(n + 1)
	}
	return name
}
