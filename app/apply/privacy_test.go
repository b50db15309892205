package apply_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/models"
)

// cell is one column of one table.
type cell struct{ table, column, kind string }

// columns are all columns of all tables of the program.
func columns(t *testing.T, db *sql.DB) []cell {
	t.Helper()
	rows, err := db.Query(`select c.table_name, c.column_name, c.data_type from information_schema.columns c
		join information_schema.tables t using (table_schema, table_name)
		where c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []cell
	for rows.Next() {
		var c cell
		if err := rows.Scan(&c.table, &c.column, &c.kind); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Nothing that a person wrote stands in the database but sealed: every column of every table is searched for it, bytes
// too (security.md, "Encryption").
func TestNothingPersonalIsReadable(t *testing.T) {
	s := setUp(t)
	ctx := context.Background()
	// A draft, saved, with a file and a stale save; a filing, a correction, a withdrawal; a refused filing.
	d := s.claim(t, minato)
	d.Declarations = append(d.Declarations, dossier.Declaration{Document: record, Subject: child, Kind: dossier.WillFollow, Reason: "取り寄せている最中"})
	v := s.create(t, d)
	v = s.patch(t, v.ID, v.Version, `{"form":{"event":{"note":"双子の姉"}}}`)
	if _, err := s.service.Change(ctx, s.Parent, v.ID, 1, apply.Patch(`{"form":{"event":{"note":"双子の弟"}}}`)); err == nil {
		t.Error("a stale save was taken")
	}
	s.Attach(v.ID, casetest.Statement, "花子の申立書.pdf", models.ScanClean)
	s.mustFile(t, v.ID)
	id := s.inCorrection(t, "2018-05-10", dossier.Ask{Text: "日向様、住所を確かめてください"})
	s.patch(t, id, s.get(t, id).Version, `{"form":{"applicant":{"address":"みなと町かもめ9番地"}}}`)
	if _, err := s.service.SubmitCorrection(ctx, s.Parent, casetest.Request("c", "1"), id, 1, nil); err != nil {
		t.Fatal(casetest.Details(err))
	}
	if _, err := s.service.Withdraw(ctx, s.Parent, casetest.Request("w", "1"), id, "離婚したため", nil); err != nil {
		t.Fatal(casetest.Details(err))
	}
	d = s.claim(t, minato)
	d.OnDuplicate = apply.Separate
	refused := s.create(t, born(t, d, "2017-03-03"))
	if _, err := s.file(refused.ID); err == nil {
		t.Error("documents are missing")
	}

	secrets := []string{"日向", "花子", "太郎", "ヒナタ", "ハナコ", "ソラ", "ミナト", "あおば町", "かもめ", "なみ1番地", "2018-05-10", "1992-04-10", "1990-09-01", "2017-03-03",
		"hanako@example.jp", "090-0000-0000", "998-0001", "ひなた商店", "employees", "双子", "窓口で書きます", "取り寄せ", "申立書", "住所を確かめ", "離婚", "131016"}
	db := s.Super()
	searched, texts := 0, 0
	for _, c := range columns(t, db) {
		var match []string
		var args []any
		for _, secret := range secrets {
			args = append(args, secret)
			if place := fmt.Sprintf("$%d::text", len(args)); c.kind == "bytea" {
				match = append(match, fmt.Sprintf(`position(convert_to(%s, 'UTF8') in %q) > 0`, place, c.column))
			} else {
				match = append(match, fmt.Sprintf(`position(%s in %q::text) > 0`, place, c.column))
			}
		}
		var found, filled int
		query := fmt.Sprintf(`select count(*) filter (where %s), count(%q) from %q`, strings.Join(match, " or "), c.column, c.table)
		if err := db.QueryRow(query, args...).Scan(&found, &filled); err != nil {
			t.Fatalf("%s.%s: %v", c.table, c.column, err)
		}
		if found > 0 {
			t.Errorf("%s.%s (%s) has what a person wrote in %d rows", c.table, c.column, c.kind, found)
		}
		if searched++; filled > 0 {
			texts++
		}
	}
	if searched < 100 || texts < 60 {
		t.Errorf("only %d columns were searched, %d with rows", searched, texts)
	}
	// The owner reads it all the same.
	if now := s.get(t, v.ID); now.Form["event"].(map[string]any)["note"] != "双子の姉" || now.Files[0].Name != "花子の申立書.pdf" {
		t.Errorf("%+v", now)
	}
}
