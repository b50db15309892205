package cases

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"kosodate.example/onestop/app/rule/question"
)

// rowsToFill is how many rows of a spreadsheet offer the choices of their columns as a list.
const rowsToFill = 500

// XLSX is the template as a spreadsheet: the headings stay in sight, choices are offered, and every cell is text, so that a code keeps
// the zero in front.
func (t *Template) XLSX() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	sheet := sheetName(t.title)
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return nil, err
	}
	if err := t.fill(f, sheet); err != nil {
		return nil, err
	}
	for i, q := range t.columns {
		if err := offer(f, sheet, i, q); err != nil {
			return nil, err
		}
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (t *Template) fill(f *excelize.File, sheet string) error {
	last := columnName(len(t.columns) - 1)
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	head, err := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE7F3"}}})
	if err != nil {
		return err
	}
	for i, cells := range t.Rows {
		for j, cell := range cells {
			if err := f.SetCellStr(sheet, columnName(j)+strconv.Itoa(i+1), cell); err != nil {
				return err
			}
		}
	}
	for _, set := range []func() error{
		func() error { return f.SetColWidth(sheet, "A", last, 24) },
		func() error { return f.SetColStyle(sheet, "A:"+last, text) },
		func() error { return f.SetCellStyle(sheet, "A1", last+"2", head) },
		func() error {
			return f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 2, TopLeftCell: "B3", ActivePane: "bottomRight"})
		},
	} {
		if err := set(); err != nil {
			return err
		}
	}
	return nil
}

// offer lets the cells of a column be chosen from a list, where a spreadsheet can hold it.
func offer(f *excelize.File, sheet string, column int, q *question.Question) error {
	if q == nil {
		return nil
	}
	choices := labels(q)
	if q.Type == question.Boolean {
		choices = []string{"はい", "いいえ"}
	}
	if len(choices) == 0 || slices.ContainsFunc(choices, func(s string) bool { return strings.Contains(s, ",") }) {
		return nil
	}
	list := excelize.NewDataValidation(true)
	list.SetSqref(fmt.Sprintf("%s3:%s%d", columnName(column), columnName(column), rowsToFill))
	if list.SetDropList(choices) != nil {
		return nil // a spreadsheet keeps 255 characters at most of such a list
	}
	return f.AddDataValidation(sheet, list)
}

// sheetName is a name that a sheet may have.
func sheetName(title string) string {
	title = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return '・'
		}
		return r
	}, title)
	if runes := []rune(title); len(runes) > 31 {
		title = string(runes[:31])
	}
	return title
}
