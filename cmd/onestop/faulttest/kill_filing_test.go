package faulttest

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"reflect"
	"testing"
)

// TestTheServerKilledDuringAFiling: of a draft with a file and a declaration, by POST …/file.
func TestTheServerKilledDuringAFiling(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	var files keeper
	body := pdf(3000, 1)
	disturb(t, w, func(p *person, base string) operation {
		d := p.draft(base, willFollow(statement)...)
		f := p.attach(base, d.ID, record, "a.pdf", body)
		files.add(kept{p, d.ID, f.ID, body})
		key := newKey()
		file := func(base string) answer { return p.post(base, "/api/v1/applications/"+d.ID+"/file", key, nil) }
		return operation{send: file, success: http.StatusCreated, check: func(base string, got answer, acknowledged bool) {
			if v := p.show(base, d.ID); len(v.Files) != 1 || len(v.Declarations) != 1 {
				p.t.Errorf("what was saved is not there: %+v", v)
			}
			p.wantFiledOnce(base, got, acknowledged, func() answer { return file(base) })
		}}
	})
	w.quiesce(t)
	files.wantContents(t, w.serve(t, "").base)
}

// TestTheServerKilledDuringAFilingInOneRequest: nothing or all of it.
func TestTheServerKilledDuringAFilingInOneRequest(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	disturb(t, w, func(p *person, base string) operation {
		c := exampleClaim(p.t, base, minato)
		c.Declarations = willFollow(record, statement)
		key := newKey()
		file := func(base string) answer { return p.post(base, "/api/v1/filings", key, c) }
		return operation{send: file, success: http.StatusCreated, check: func(base string, got answer, acknowledged bool) {
			p.wantFiledOnce(base, got, acknowledged, func() answer { return file(base) })
		}}
	})
	w.quiesce(t)
	if left := w.rows(`select id from applications where state = 'draft'`); len(left) > 0 {
		t.Errorf("a filing in one request left drafts: %q", left)
	}
}

// TestTheServerKilledDuringAFilingWithItsFiles: nothing or all of it, in the object store too.
func TestTheServerKilledDuringAFilingWithItsFiles(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	disturb(t, w, func(p *person, base string) operation {
		body, kind := form(p.t, exampleClaim(p.t, base, minato), map[string][]byte{record: pdf(3000, 1), statement: pdf(2000, 2)})
		key := newKey()
		file := func(base string) answer {
			return p.ask(http.MethodPost, base+"/api/v1/filings", header{"Idempotency-Key": key, "Content-Type": kind}, body)
		}
		return operation{send: file, success: http.StatusCreated, check: func(base string, got answer, acknowledged bool) {
			p.wantFiledOnce(base, got, acknowledged, func() answer { return file(base) })
			if v := p.show(base, p.all(base)[0].ID); len(v.Files) != 2 {
				p.t.Errorf("it was filed with %d of 2 files", len(v.Files))
			}
		}}
	})
	w.quiesce(t)
}

// form is a case with a file for each of some documents of the first child, in one body.
func form(t testing.TB, c claim, files map[string][]byte) (body []byte, contentType string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	part := func(name string, content []byte) {
		p, err := w.CreateFormFile(name, "a.pdf")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = p.Write(content) // to memory
	}
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	part("application", raw)
	for document, content := range files {
		part(document+"/child-1", content)
	}
	_ = w.Close()
	return out.Bytes(), w.FormDataContentType()
}

// wantFiledOnce wants an acknowledged filing to be there with its receipt number; one that was not acknowledged to be a
// draft, nothing, or filed; and exactly one filing after the request with the same key was repeated, twice.
func (p *person) wantFiledOnce(base string, got answer, acknowledged bool, repeat func() answer) {
	p.t.Helper()
	receipt := ""
	for _, v := range p.all(base) {
		if v.State == "arrived" {
			receipt = p.show(base, v.ID).ReceiptNumber
		} else if v.State != "draft" {
			p.t.Errorf("an application is %s", v.State)
		}
	}
	if acknowledged {
		var f filed
		got.read(p.t, &f)
		if f.ReceiptNumber == "" || f.ReceiptNumber != receipt {
			p.t.Errorf("acknowledged %q, there is %q", f.ReceiptNumber, receipt)
		}
	}
	var answers [2]filed
	for i := range answers {
		repeat().want(p.t, http.StatusCreated, &answers[i])
	}
	if !reflect.DeepEqual(answers[0], answers[1]) || receipt != "" && answers[0].ReceiptNumber != receipt {
		p.t.Errorf("the same key gave %+v and then %+v; before it was %q", answers[0], answers[1], receipt)
	}
	p.wantOneFiled(base, answers[0])
}

// wantOneFiled wants exactly one application, filed as f says.
func (p *person) wantOneFiled(base string, f filed) {
	p.t.Helper()
	all := p.all(base)
	if len(all) != 1 || all[0].ID != f.ID || all[0].State != "arrived" {
		p.t.Fatalf("wanted the filing %s alone: %+v", f.ID, all)
	}
	v := p.show(base, f.ID)
	if v.ReceiptNumber != f.ReceiptNumber || !v.ArrivedAt.Equal(f.ArrivedAt) || v.Plan == nil || len(v.Plan.Documents) != len(f.Plan.Documents) {
		p.t.Errorf("filed %+v, there is %+v", f, v)
	}
}

// TestTheServerKilledWhileADraftIsBegun: the same key gives one draft.
func TestTheServerKilledWhileADraftIsBegun(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	disturb(t, w, func(p *person, base string) operation {
		c, key := exampleClaim(p.t, base, minato), newKey()
		begin := func(base string) answer { return p.post(base, "/api/v1/applications", key, c) }
		return operation{send: begin, success: http.StatusCreated, check: func(base string, got answer, acknowledged bool) {
			before := p.all(base)
			var v view
			begin(base).want(p.t, http.StatusCreated, &v)
			after := p.all(base)
			if len(after) != 1 || after[0].ID != v.ID || len(before) == 1 && before[0].ID != v.ID || acknowledged && len(before) != 1 {
				p.t.Errorf("drafts %+v, then %+v; the answer names %s", before, after, v.ID)
			}
		}}
	})
	w.wantWhole(t)
}

// TestTheServerKilledWhileADraftIsSaved: what was saved is there, what was not is as before, and saving goes on.
func TestTheServerKilledWhileADraftIsSaved(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	disturb(t, w, func(p *person, base string) operation {
		before := p.show(base, p.draft(base).ID)
		wanted := willFollow(record, statement)
		save := func(base, etag string) answer {
			return p.ask(http.MethodPatch, base+"/api/v1/applications/"+before.ID, header{"If-Match": etag}, map[string]any{"declarations": wanted})
		}
		return operation{success: http.StatusOK, send: func(base string) answer { return save(base, before.etag) },
			check: func(base string, got answer, acknowledged bool) {
				v := p.show(base, before.ID)
				saved := len(v.Declarations) == 2
				if saved == (v.etag == before.etag) || acknowledged && !saved || !reflect.DeepEqual(v.Form, before.Form) {
					p.t.Errorf("acknowledged: %t; before %+v, now %+v", acknowledged, before, v)
				}
				save(base, v.etag).want(p.t, http.StatusOK, nil)
				if v = p.show(base, before.ID); len(v.Declarations) != 2 || v.State != "draft" {
					p.t.Errorf("saved again: %+v", v)
				}
			}}
	})
	w.wantWhole(t)
}
