package simulator

import (
	"bytes"
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/portal"
)

// Way is one way in which an application is broken, and why it waits for a clerk then.
type Way struct {
	Name   string
	Reason fault.Reason // among the reasons that the report gives
	Break  func(p *writer, a *portal.Application, f files) any
}

// set breaks one field.
func set(name, value string) func(*writer, *portal.Application, files) any {
	return func(_ *writer, a *portal.Application, _ files) any {
		a.Fields[name] = value
		return a
	}
}

// withFile is an application that has a file, for the ways that break one.
func withFile(p *writer, a *portal.Application, change func(*portal.File)) any {
	if len(a.Files) == 0 {
		content := PDF(a.Number)
		path := "files/" + a.Number + "/1"
		p.attach(a, files{}, "住民票1", "住民票.pdf", content)
		_ = p.add(files{path: content})
	}
	change(&a.Files[0])
	return a
}

func when(at func(now time.Time) time.Time) func(*writer, *portal.Application, files) any {
	return func(p *writer, a *portal.Application, _ files) any {
		a.ArrivedAt = at(p.Now).Format(time.RFC3339)
		return a
	}
}

// Ways are those in which the simulator breaks applications.
var Ways = []Way{
	{"a form that nobody knows", "intake-unknown-form", func(_ *writer, a *portal.Application, _ files) any { a.Form = "T-999"; return a }},
	{"a field that nobody knows", "intake-unknown-field", set("好きな色", "青")},
	{"a name in one word", "intake-not-so-many-words", set("申請者氏名", "日向花子")},
	{"a day that there is not", "answer-invalid-date", set("申請者生年月日", "2020-02-30")},
	{"a field left empty", "answer-required", set("申請者住所", "")},
	{"an individual number", "answer-individual-number", set("申請者住所", "ひなた市 123456789018")},
	{"born tomorrow", "answer-date-in-future", func(p *writer, a *portal.Application, _ files) any {
		a.Fields["申請者生年月日"] = p.Now.AddDate(1, 0, 0).Format("2006-01-02")
		return a
	}},
	{"no telephone number", "answer-invalid-phone", set("申請者電話番号", "ありません")},
	{"no postal code", "answer-invalid-postal-code", set("申請者郵便番号", "ひなた")},
	{"no kana", "answer-not-kana", set("申請者フリガナ", "日向 花子")},
	{"another municipality", "intake-municipality", func(_ *writer, a *portal.Application, _ files) any { a.Municipality = "131016"; return a }},
	{"arrived tomorrow", "intake-future", when(func(now time.Time) time.Time { return now.AddDate(0, 0, 1) })},
	{"arrived last year", "intake-old", when(func(now time.Time) time.Time { return now.AddDate(-1, 0, 0) })},
	{"arrived at no time", "intake-arrival", func(_ *writer, a *portal.Application, _ files) any { a.ArrivedAt = "きのう"; return a }},
	{"no receipt number", "intake-number", func(_ *writer, a *portal.Application, _ files) any { a.Number = ""; return a }},
	{"no application", "intake-broken", func(_ *writer, a *portal.Application, _ files) any { return []any{a.Number, "壊れています"} }},
	{"a field that stands twice", "intake-broken", func(_ *writer, a *portal.Application, _ files) any {
		whole, _ := json.Marshal(a) // it has no value that cannot be written
		return json.RawMessage(bytes.Replace(whole, []byte(`"fields":{`), []byte(`"fields":{"申請者氏名":"別人　花子",`), 1))
	}},
	{"a file that is not there", "intake-file-missing", func(p *writer, a *portal.Application, _ files) any {
		return withFile(p, a, func(one *portal.File) { one.Path += "-lost" })
	}},
	{"a file that was changed", "intake-digest", func(p *writer, a *portal.Application, _ files) any {
		return withFile(p, a, func(one *portal.File) { one.Sha256 = one.Sha256[1:] + "0" })
	}},
	{"a file of an unknown kind", "intake-kind", func(p *writer, a *portal.Application, _ files) any {
		return withFile(p, a, func(one *portal.File) { one.Kind = "家族写真" })
	}},
	{"a signature that is none", "signature-unreadable", func(_ *writer, a *portal.Application, _ files) any {
		a.Signature = []byte("no signature")
		return a
	}},
}
