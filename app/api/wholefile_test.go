package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
)

const filings = "/api/v1/filings"

// sentFile is a file of a form: in which part, under which name.
type sentFile struct {
	part, name string
	body       []byte
}

// form is a case with its files in one body, as curl -F sends it.
func form(t testing.TB, body any, files ...sentFile) (content []byte, contentType string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append([]sentFile{{"application", "claim.json", raw}}, files...) {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + f.part + `"; filename="` + f.name + `"`}}
		if f.part == "application" {
			h.Set("Content-Type", "application/json")
		}
		part, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(f.body) // to memory
	}
	_ = w.Close()
	return out.Bytes(), w.FormDataContentType()
}

// objects are the keys of the files in the store.
func (w *world) objects() (keys []string) {
	w.T.Helper()
	err := w.store.List(w.T.Context(), "files/", "", func(o object.Info) error {
		keys = append(keys, o.Key)
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return keys
}

// count counts rows, as nobody who uses the service could.
func (w *world) count(query string) (n int) {
	w.T.Helper()
	if err := w.Super().QueryRowContext(w.T.Context(), query).Scan(&n); err != nil {
		w.T.Fatal(err)
	}
	return n
}

var (
	ofRecord    = "household-resident-record/child-1"
	ofStatement = "separate-custody-statement/child-1"
)

func TestACaseIsFiledWithItsFilesInOneRequest(t *testing.T) {
	w := newWorld(t)
	large := pdf(900_000) // of two parts
	body, kind := form(t, w.claim(minato), sentFile{ofRecord, "image.pdf", large}, sentFile{ofRecord, "image.pdf", pdf(300)},
		sentFile{ofStatement, "申立書.pdf", pdf(2000)})
	key := models.NewID()
	filed := w.call("parent-1", http.MethodPost, filings, body, "Content-Type", kind, "Idempotency-Key", key).ok(http.StatusCreated)
	path := applications + "/" + filed["id"].(string)
	app := w.call("parent-1", http.MethodGet, path, nil).ok(http.StatusOK)
	if app["state"] != "arrived" || filed["receipt_number"] == "" {
		t.Fatalf("it is %v: %v", app["state"], filed)
	}
	var names []string
	sizes := map[string]float64{}
	for _, f := range app["files"].([]any) {
		f := f.(map[string]any)
		name := f["name"].(string)
		names, sizes[name] = append(names, name), f["size"].(float64)
	}
	if strings.Join(names, " ") != "image.pdf image (2).pdf 申立書.pdf" || sizes["image.pdf"] != 900_000 || sizes["image (2).pdf"] != 300 {
		t.Errorf("its files are %q, %v", names, sizes)
	}
	if n := w.count(`select count(*) from reservations`); n != 0 {
		t.Errorf("%d reservations are left", n)
	}
	if n := w.count(`select count(*) from river_job where kind = 'scan'`); n != 3 {
		t.Errorf("%d of 3 files are to be scanned", n)
	}
	w.scanned(filed["id"].(string))
	first := app["files"].([]any)[0].(map[string]any)["id"].(string)
	if got := w.call("parent-1", http.MethodGet, path+"/files/"+first+"/content", nil); got.Status != http.StatusOK || !bytes.Equal(got.Body, large) {
		t.Errorf("a file of two parts comes back as %d with %d bytes", got.Status, len(got.Body))
	}

	// The same request again: the same answer, and nothing is kept twice, with another boundary too.
	kept := len(w.objects())
	body, kind = form(t, w.claim(minato), sentFile{ofRecord, "image.pdf", large}, sentFile{ofRecord, "image.pdf", pdf(300)},
		sentFile{ofStatement, "申立書.pdf", pdf(2000)})
	again := w.call("parent-1", http.MethodPost, filings, body, "Content-Type", kind, "Idempotency-Key", key).ok(http.StatusCreated)
	if again["id"] != filed["id"] || again["receipt_number"] != filed["receipt_number"] {
		t.Errorf("sent again it is %v, first %v", again, filed)
	}
	body, kind = form(t, w.claim(minato), sentFile{ofRecord, "image.pdf", pdf(301)})
	w.call("parent-1", http.MethodPost, filings, body, "Content-Type", kind, "Idempotency-Key", key).refused(http.StatusConflict, "idempotency-key-reused")
	if n := len(w.objects()); n != kept || w.count(`select count(*) from reservations`) != 0 {
		t.Errorf("sent again, it left %d objects of %d", n, kept)
	}
}

// TestACaseWithFilesIsRefusedWhole: nothing of it is there, in the database at once and in the store after a sweep.
func TestACaseWithFilesIsRefusedWhole(t *testing.T) {
	w := newWorld(t)
	record := sentFile{ofRecord, "a.pdf", pdf(200)}
	for name, c := range map[string]struct {
		files        []sentFile
		status       int
		code, detail string
	}{
		"a document is missing":       {[]sentFile{record}, 422, "missing-documents", ""},
		"an empty file":               {[]sentFile{record, {ofStatement, "b.pdf", nil}}, 422, "invalid-file", "empty"},
		"too large":                   {[]sentFile{record, {ofStatement, "b.pdf", pdf(maxFile + 1)}}, 413, "too-large", "too-large"},
		"a script":                    {[]sentFile{record, {ofStatement, "b.pdf", []byte("<script>")}}, 415, "unsupported-media-type", "type-refused"},
		"an individual number":        {[]sentFile{record, {ofStatement, "123456789018.pdf", pdf(9)}}, 422, "individual-number", "individual-number"},
		"a document that is no paper": {[]sentFile{record, {"employment-certificate/applicant", "b.pdf", pdf(99)}}, 422, "invalid-file", "unknown-document"},
		"no document":                 {[]sentFile{record, {"record", "b.pdf", pdf(99)}}, 400, "malformed", ""},
	} {
		t.Run(name, func(t *testing.T) {
			one := w.within(t)
			body, kind := form(t, one.claim(minato), c.files...)
			for _, lang := range []string{"ja", "en"} {
				p := one.call("parent-1", http.MethodPost, filings, body, "Content-Type", kind, "Accept-Language", lang).refused(c.status, c.code)
				if d := details(p); c.detail != "" && (len(d) != 1 || d[0]["code"] != c.detail || d[0]["document"] == "") {
					t.Errorf("details %v, want %s of one document", d, c.detail)
				}
				inLanguage(t, p, lang)
			}
		})
	}
	if n := w.count(`select count(*) from applications`) + w.count(`select count(*) from files`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if len(w.objects()) == 0 {
		t.Error("nothing was sent to the store: this test shows nothing")
	}
	if _, err := w.documents.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := w.objects(); len(left) != 0 || w.count(`select count(*) from reservations`) != 0 {
		t.Errorf("a sweep leaves %q", left)
	}
}

func TestAFormThatIsNone(t *testing.T) {
	w := newWorld(t)
	good, kind := form(t, w.claim(minato), sentFile{ofRecord, "a.pdf", pdf(200)})
	boundary := kind[strings.Index(kind, "boundary=")+len("boundary="):]
	var second bytes.Buffer
	m := multipart.NewWriter(&second)
	_ = m.WriteField("note", "{}")
	_ = m.Close()
	for name, c := range map[string]struct {
		body []byte
		kind string
	}{
		"no boundary":       {good, "multipart/form-data"},
		"another boundary":  {good, "multipart/form-data; boundary=x"},
		"not the case":      {second.Bytes(), m.FormDataContentType()},
		"nothing":           {[]byte("--" + boundary + "--\r\n"), kind},
		"no JSON":           {bytes.Replace(good, []byte(`{"`), []byte(`("`), 1), kind},
		"a member twice":    {bytes.Replace(good, []byte(`{"`), []byte(`{"procedure":"x","Procedure":"y","`), 1), kind},
		"broken off":        {good[:len(good)-len(boundary)-8], kind},
		"a field, no file":  {bytes.ReplaceAll(good, []byte(`; filename="a.pdf"`), nil), kind},
		"encoded":           {bytes.Replace(good, []byte("filename=\"a.pdf\"\r\n"), []byte("filename=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n"), 1), kind},
		"broken in the end": {append(bytes.TrimSuffix(good, []byte("--\r\n")), "x"...), kind},
	} {
		t.Run(name, func(t *testing.T) {
			one := w.within(t)
			p := one.call("parent-1", http.MethodPost, filings, c.body, "Content-Type", c.kind).refused(http.StatusBadRequest, "malformed")
			inLanguage(t, p, "ja")
		})
	}
	w.call("parent-1", http.MethodPost, filings, good, "Content-Type", kind, "Authorization", "").refused(http.StatusUnauthorized, "unauthorized")
	w.call("parent-1", http.MethodPost, applications, good, "Content-Type", kind).refused(http.StatusUnsupportedMediaType, "unsupported-media-type")
	stream, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, w.base+filings, io.NopCloser(bytes.NewReader(good)))
	stream.Header.Set("Content-Type", kind)
	stream.Header.Set("Authorization", "Bearer "+bearer(t, "parent-1"))
	w.send(stream).refused(http.StatusLengthRequired, "length-required")
	if n := w.count(`select count(*) from applications`); n != 0 {
		t.Errorf("%d cases are there", n)
	}
}
