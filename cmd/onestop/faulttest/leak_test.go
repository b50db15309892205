package faulttest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/storage/embedded/child"
	"kosodate.example/onestop/storage/object"
)

// secrets are values of the case that is filed below: a name, a reading, an address, a reason, a file's name, words in the file.
var secrets = []string{"秘匿山", "ヒトクヤマ", "みなと町ひとく7番地", "内緒の事情", "秘匿山の記録", "content-that-is-confidential"}

// TestNothingOfACaseLeaks: the built program, at its most talkative, with a case that was filed, refused, asked for wrongly and withdrawn: no value of
// it is in a log, a metric, the database's dump (with the arguments of jobs), the bucket, or an answer to somebody else.
func TestNothingOfACaseLeaks(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	port, err := child.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	watched := fmt.Sprintf("127.0.0.1:%d", port)
	loud := "ONESTOP_LOG__LEVEL=debug"
	server := w.serve(t, "", loud)
	worker, err := w.command([]string{loud, "ONESTOP_WORKER__ADDR=" + watched}, "worker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(worker.Kill)
	worker.waitFor(t, `"msg":"working"`)
	p := parent(t)
	c := exampleClaim(t, server.base, minato)
	applicant := c.Form["applicant"].(map[string]any)
	applicant["family_name"], applicant["family_kana"], applicant["address"] = secrets[0], secrets[1], secrets[2]
	c.Declarations = []declaration{{statement, "child-1", "cannot-provide", secrets[3]}}
	var d view
	p.post(server.base, "/api/v1/applications", newKey(), c).want(t, http.StatusCreated, &d)
	path := "/api/v1/applications/" + d.ID
	p.post(server.base, path+"/file", newKey(), nil).problem(t, http.StatusUnprocessableEntity, "missing-documents")
	body := append(pdf(5000, 1), []byte("\n% "+secrets[5]+"\n")...)
	f := p.attach(server.base, d.ID, record, secrets[4]+".pdf", body)
	p.put(server.base, filePath(d.ID, record, secrets[4]+".docm"), bytes.NewReader(body), len(body)).
		problem(t, http.StatusUnsupportedMediaType, "unsupported-media-type")
	p.post(server.base, path+"/file", newKey(), nil).want(t, http.StatusCreated, nil)
	content := func() answer { return p.get(server.base, path+"/files/"+f.ID+"/content") }
	until(t, time.Minute, "the file is released", func() bool { return content().status == http.StatusOK })

	// What somebody else asks, with words of the case in each place of the request.
	var strangers []answer
	for _, other := range []*person{parent(t), {t: t}} {
		for _, secret := range secrets {
			_ = other.get(server.base, "/api/v1/procedures?municipality="+url.QueryEscape(secret))
			_ = other.get(server.base, "/"+url.PathEscape(secret))
			_ = other.ask(http.MethodPatch, server.base+path, header{"If-Match": `"` + url.QueryEscape(secret) + `"`}, map[string]string{secret: secret})
			_ = other.post(server.base, "/api/v1/applications", url.QueryEscape(secret), map[string]string{"procedure": secret})
		}
		strangers = append(strangers, other.get(server.base, path), other.get(server.base, path+"/files/"+f.ID+"/content"))
	}
	p.post(server.base, path+"/withdraw", newKey(), map[string]string{"reason": secrets[3]}).want(t, http.StatusOK, nil)
	until(t, time.Minute, "the worker is done", func() bool { return len(w.unsettled()) == 0 })

	nobody := &person{t: t}
	wantNone(t, "the server's metrics", nobody.get(server.base, "/metrics").body)
	wantNone(t, "the worker's metrics", nobody.get("http://"+watched, "/metrics").body)
	wantNone(t, "the server's log", []byte(server.said.String()))
	wantNone(t, "the worker's log", []byte(worker.said.String()))
	for _, a := range strangers {
		wantNone(t, "an answer to a stranger", a.body)
	}
	wantNone(t, "the dump", w.dump(t))
	w.wantSealed(t)
	worker.stop(t)
}

// wantNone looks for the values as they are, and as they may be written.
func wantNone(t *testing.T, where string, text []byte) {
	t.Helper()
	if len(text) == 0 {
		t.Errorf("%s is empty: nothing was looked at", where)
	}
	for _, secret := range secrets {
		for how, form := range map[string]string{"": secret, " in hexadecimal": hex.EncodeToString([]byte(secret)), " in an address": url.QueryEscape(secret),
			" in base 64": base64.StdEncoding.EncodeToString([]byte(secret)), " escaped": strings.Trim(fmt.Sprintf("%+q", secret), `"`)} {
			if at := bytes.Index(text, []byte(form)); at >= 0 {
				t.Errorf("%s has %q%s: …%s…", where, secret, how, text[max(0, at-200):min(len(text), at+100)])
			}
		}
	}
}

// dump is the database as pg_dump writes it: whoever gets a backup of it reads this.
func (w *world) dump(t *testing.T) []byte {
	t.Helper()
	out, err := exec.Command(fmt.Sprintf("/usr/lib/postgresql/%d/bin/pg_dump", shared.postgres.Major), "--data-only", "--dbname", w.superDSN()).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"public.revisions", "public.river_job", "public.files", "public.audit_entries", "public.idempotency_keys"} {
		if !bytes.Contains(out, []byte("COPY "+table)) {
			t.Errorf("the dump has no %s", table)
		}
	}
	return out
}

// wantSealed reads each object and its name.
func (w *world) wantSealed(t *testing.T) {
	t.Helper()
	var all bytes.Buffer
	err := w.store.List(t.Context(), "", "", func(o object.Info) error {
		all.WriteString(o.Key)
		body, _, err := w.store.Get(t.Context(), o.Key)
		if err != nil {
			return err
		}
		defer func() { _ = body.Close() }()
		_, err = io.Copy(&all, body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, "the bucket", all.Bytes())
}
