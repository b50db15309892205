// Package bank finds banks and their branches by the names that people type, in the table of the banks' association (全銀協), which every
// deployment imports: nobody has to know the number of their bank.
package bank

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kosodate.example/onestop/app/rule/jp"
)

// Entry is a bank (number of four digits) or a branch (three), with its name and reading as the table writes them.
type Entry struct{ Code, Name, Kana string }

// Table is every bank with its branches. A nil one knows none. It never changes.
type Table struct {
	banks    []indexed
	branches map[string][]indexed // by the bank's number
}

// indexed is an entry with what it is found by.
type indexed struct {
	Entry
	name, kana string
}

// header is the first line of the table's file.
var header = []string{"bank_code", "bank_name", "bank_kana", "branch_code", "branch_name", "branch_kana"}

// Read reads the table: CSV in UTF-8, a byte order mark is allowed, a branch a line below the header. Error: which line cannot be read, or
// is not of such a table.
func Read(r io.Reader) (*Table, error) {
	t := &Table{branches: map[string][]indexed{}}
	names := map[string]Entry{}
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = len(header)
	for n := 1; ; n++ {
		row, err := lines.Read()
		if errors.Is(err, io.EOF) && n > 2 {
			return t, nil
		}
		if err != nil {
			return nil, fmt.Errorf("bank table: %w", err)
		}
		for i := range row {
			row[i] = strings.TrimSpace(strings.TrimPrefix(row[i], "\ufeff"))
		}
		if n == 1 {
			if !slices.Equal(row, header) {
				return nil, fmt.Errorf("bank table: line 1 is not %s", strings.Join(header, ","))
			}
			continue
		}
		bank, branch := Entry{row[0], row[1], row[2]}, Entry{row[3], row[4], row[5]}
		if !digits(bank.Code, 4) || !digits(branch.Code, 3) || bank.Name == "" || branch.Name == "" {
			return nil, fmt.Errorf("bank table: line %d needs numbers of 4 and 3 digits and two names", n)
		}
		switch before, seen := names[bank.Code]; {
		case !seen:
			names[bank.Code] = bank
			t.banks = append(t.banks, index(bank))
		case before != bank:
			return nil, fmt.Errorf("bank table: line %d gives the bank %s another name", n, bank.Code)
		}
		if slices.ContainsFunc(t.branches[bank.Code], func(b indexed) bool { return b.Entry == branch }) {
			return nil, fmt.Errorf("bank table: line %d is there already", n)
		}
		t.branches[bank.Code] = append(t.branches[bank.Code], index(branch))
	}
}

func digits(s string, n int) bool { return len(s) == n && strings.Trim(s, "0123456789") == "" }

func index(e Entry) indexed { return indexed{e, fold(e.Name), fold(e.Kana)} }

// Banks are those that a person may mean who typed a name, a part of it, its reading or its number: the one that is called exactly so, else
// all that have it in them.
func (t *Table) Banks(typed string) (found []Entry, exact bool) {
	if t == nil {
		return nil, false
	}
	return find(t.banks, typed)
}

// Branches are those of a bank that a person may mean, as Banks.
func (t *Table) Branches(bank, typed string) (found []Entry, exact bool) {
	if t == nil {
		return nil, false
	}
	return find(t.branches[bank], typed)
}

// Bank is the bank of a number.
func (t *Table) Bank(code string) (Entry, bool) {
	found, exact := t.Banks(code)
	if !exact || found[0].Code != code {
		return Entry{}, false
	}
	return found[0], true
}

// find looks for the entries that a text means. exact: there is one that is called so, or has this number.
func find(among []indexed, typed string) (found []Entry, exact bool) {
	number, text := jp.Narrow(strings.TrimSpace(typed)), fold(typed)
	if text == "" {
		return nil, false
	}
	var called []Entry
	for _, e := range among {
		switch {
		case e.Code == number, e.name == text, e.kana == text:
			called = append(called, e.Entry)
		case strings.Contains(e.name, text), strings.Contains(e.kana, text):
			found = append(found, e.Entry)
		}
	}
	if len(called) == 1 {
		return called, true
	}
	return append(called, found...), false
}

// What kind of bank or branch it is says nothing where people leave it out, and the table writes it or not.
var (
	short = strings.NewReplacer("信金", "信用金庫", "信組", "信用組合", "農協", "農業協同組合", "労金", "労働金庫")
	kinds = []string{"銀行", "支店", "ギンコウ", "シテン"}
	small = strings.NewReplacer("ァ", "ア", "ィ", "イ", "ゥ", "ウ", "ェ", "エ", "ォ", "オ", "ッ", "ツ", "ャ", "ヤ", "ュ", "ユ", "ョ", "ヨ", "ヮ", "ワ", "ヵ", "カ", "ヶ", "ケ")
)

// fold brings a name to the form by which it is compared: width, kana and case folded; small kana as the table has them; without white
// space, marks and the kind.
func fold(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(norm.NFKC.String(s)) {
		switch {
		case r >= 'ぁ' && r <= 'ゖ':
			r += 'ァ' - 'ぁ'
		case strings.ContainsRune(" ・.-‐－−ー", r):
			continue
		}
		b.WriteRune(r)
	}
	out := small.Replace(short.Replace(b.String()))
	for _, kind := range kinds {
		if rest := strings.TrimSuffix(out, kind); rest != "" {
			out = rest
		}
	}
	return out
}
