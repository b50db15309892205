package faulttest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"
)

// TestTheServerKilledDuringAnUpload: an acknowledged upload is there with its digest and its content; one that was not is
// absent or complete; and nothing is left over.
func TestTheServerKilledDuringAnUpload(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	var files keeper
	body := pdf(100<<10, 1)
	disturb(t, w, func(p *person, base string) operation {
		d := p.draft(base)
		path := filePath(d.ID, record, "住民票.pdf")
		put := func(base string) answer { return p.put(base, path, bytes.NewReader(body), len(body)) }
		return operation{send: put, success: http.StatusCreated, check: func(base string, got answer, acknowledged bool) {
			p.wantFile(base, d.ID, body, acknowledged)
			// The remains of a dead upload are in nobody's way.
			put(base).want(p.t, http.StatusCreated, nil)
			files.add(kept{p, d.ID, p.wantFile(base, d.ID, body, true).ID, body})
		}}
	})
	w.quiesce(t)
	files.wantContents(t, w.serve(t, "").base)
}

// wantFile wants the one file of a draft to be complete, or, unless it must be there, none.
func (p *person) wantFile(base, application string, body []byte, must bool) fileView {
	p.t.Helper()
	v := p.show(base, application)
	if v.State != "draft" {
		p.t.Errorf("the draft is %s", v.State)
	}
	if len(v.Files) == 0 && !must {
		return fileView{}
	}
	sum := sha256.Sum256(body)
	if len(v.Files) != 1 || v.Files[0].Sha256 != hex.EncodeToString(sum[:]) || v.Files[0].Size != len(body) {
		p.t.Fatalf("files: %+v", v.Files)
	}
	return v.Files[0]
}

// TestTheServerKilledWhileAFileIsReplaced: either the old one or the new one is there, never none and never both.
func TestTheServerKilledWhileAFileIsReplaced(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	var files keeper
	old, young := pdf(20<<10, 1), pdf(30<<10, 2)
	disturb(t, w, func(p *person, base string) operation {
		d := p.draft(base)
		p.attach(base, d.ID, record, "a.pdf", old)
		return operation{success: http.StatusCreated, send: func(base string) answer {
			return p.put(base, filePath(d.ID, record, "a.pdf"), bytes.NewReader(young), len(young))
		}, check: func(base string, got answer, acknowledged bool) {
			body := young
			if v := p.show(base, d.ID); !acknowledged && len(v.Files) == 1 && v.Files[0].Size == len(old) {
				body = old
			}
			files.add(kept{p, d.ID, p.wantFile(base, d.ID, body, true).ID, body})
		}}
	})
	w.quiesce(t)
	files.wantContents(t, w.serve(t, "").base)
}

// TestTheServerKilledWhileSomethingIsDeleted: a file, and a draft with a file.
func TestTheServerKilledWhileSomethingIsDeleted(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	body := pdf(2000, 1)
	for _, what := range []string{"file", "draft"} {
		t.Run(what, func(t *testing.T) {
			disturb(t, w, func(p *person, base string) operation {
				d := p.draft(base)
				f := p.attach(base, d.ID, record, "a.pdf", body)
				path := "/api/v1/applications/" + d.ID
				if what == "file" {
					path += "/files/" + f.ID
				}
				remove := func(base string) answer { return p.ask(http.MethodDelete, base+path, nil, nil) }
				return operation{send: remove, success: http.StatusNoContent, check: func(base string, got answer, acknowledged bool) {
					p.wantGone(base, d.ID, what, body, acknowledged)
					if a := remove(base); a.status != http.StatusNoContent && a.status != http.StatusNotFound {
						p.t.Errorf("deleted again: %s", a)
					}
					p.wantGone(base, d.ID, what, body, true)
				}}
			})
		})
	}
	w.quiesce(t)
	if left := w.rows(`select id from files`); len(left) > 0 {
		t.Errorf("files are left: %q", left)
	}
}

// wantGone wants a deleted draft or file to be gone, or, unless it must be, whole.
func (p *person) wantGone(base, application, what string, body []byte, must bool) {
	p.t.Helper()
	a := p.get(base, "/api/v1/applications/"+application)
	switch {
	case what == "draft" && a.status == http.StatusNotFound:
	case what == "draft" && must:
		p.t.Errorf("the deleted draft is there: %s", a)
	case what == "file" && must:
		if files := p.show(base, application).Files; len(files) > 0 {
			p.t.Errorf("the deleted file is there: %+v", files)
		}
	default:
		p.wantFile(base, application, body, what == "draft")
	}
}
