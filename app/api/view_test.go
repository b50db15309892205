package api_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"testing"

	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/app/gateway/render/rendertest"
	"kosodate.example/onestop/app/task"
)

type lazyRenderer struct{}

func (lazyRenderer) Render(ctx context.Context, mediaType string, file io.Reader, patience int, each func(render.Page) error) (render.Copy, error) {
	r, err := rendertest.Renderer()
	if err != nil {
		return render.Copy{}, err
	}
	return r.Render(ctx, mediaType, file, patience, each)
}

// placed is a photo with the place where it was taken, as a phone writes it.
func placed(t *testing.T) []byte {
	t.Helper()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 320, 200)), nil); err != nil {
		t.Fatal(err)
	}
	body := append([]byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"), "GPSPLACE 35.68N"...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return append(append(append([]byte{}, photo.Bytes()[:2]...), append(segment, body...)...), photo.Bytes()[2:]...)
}

func scripted() []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert) >> >>\nendobj\n" +
		"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>\nendobj\ntrailer\n<< " +
		"/Root 1 0 R >>\n%%EOF\n")
}

// pixelBomb is a PNG of some bytes that says it has a million million pixels.
func pixelBomb() []byte {
	chunk := func(kind string, body []byte) []byte {
		out := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), kind...)
		out = append(out, body...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	head := append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 1<<20), 1<<20), 8, 6, 0, 0, 0)
	return append([]byte("\x89PNG\r\n\x1a\n"), append(chunk("IHDR", head), chunk("IDAT", []byte{0x78, 0x9c})...)...)
}

// What a reviewer looks at is a picture made here, never what a stranger sent; the original is an act of its own.
func TestAReviewerLooksAtSafeCopies(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	for name, body := range map[string][]byte{"photo.jpg": placed(t), "script.pdf": scripted(), "bomb.png": pixelBomb()} {
		w.call("parent-1", http.MethodPut, "/api/v1/applications/"+id+"/documents/household-resident-record/child-1/files/"+name, body).ok(http.StatusCreated)
	}
	w.call("parent-1", http.MethodPut, "/api/v1/applications/"+id+"/documents/separate-custody-statement/child-1/files/a.pdf", pdf(400)).ok(http.StatusCreated)
	w.call("parent-1", http.MethodPost, "/api/v1/applications/"+id+"/file", nil).ok(http.StatusCreated)
	w.scanned(id)
	path := "/api/v1/review/applications/" + id
	look := func() map[string]map[string]any {
		t.Helper()
		out := map[string]map[string]any{}
		for _, f := range itemsOf(w.call("reviewer-minato", http.MethodGet, path, nil).ok(http.StatusOK), "household-resident-record")["files"].([]any) {
			file := f.(map[string]any)
			out[file["name"].(string)] = file
		}
		return out
	}
	before := look()
	w.call("reviewer-minato", http.MethodGet, path+"/files/"+before["photo.jpg"]["id"].(string)+"/pages/1", nil).refused(http.StatusConflict, "not-allowed-now")
	for name, f := range before {
		for range 2 { // killed and started again
			if err := w.documents.MakeView(context.Background(), task.MakeView{Municipality: minato, Application: id, File: f["id"].(string)}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	files := look()
	for name, c := range map[string]struct{ sent, wanted string }{"photo.jpg": {"GPSPLACE", "ready"}, "script.pdf": {"JavaScript", "ready"}, "bomb.png": {"",
		"none"}} {
		f := files[name]
		if f["view"] != c.wanted {
			t.Errorf("%s: the view is %v: %v", name, f["view"], f["view_text"])
			continue
		}
		at := path + "/files/" + f["id"].(string)
		if c.wanted == "none" {
			if f["view_text"] == "" || f["view_text"] == nil {
				t.Errorf("%s: nobody says why", name)
			}
			w.call("reviewer-minato", http.MethodGet, at+"/pages/1", nil).refused(http.StatusConflict, "not-allowed-now")
			continue
		}
		for _, page := range []string{"0", "1"} {
			got := w.call("reviewer-minato", http.MethodGet, at+"/pages/"+page, nil)
			if got.Status != http.StatusOK || got.Header.Get("Content-Type") != "image/jpeg" || bytes.Contains(got.Body, []byte(c.sent)) ||
				bytes.Contains(got.Body, []byte("Exif")) {
				t.Errorf("%s, page %s: %d %v, %d bytes", name, page, got.Status, got.Header, len(got.Body))
			}
			if _, err := jpeg.Decode(bytes.NewReader(got.Body)); err != nil {
				t.Errorf("%s, page %s: %v", name, page, err)
			}
		}
		w.call("reviewer-minato", http.MethodGet, at+"/pages/2", nil).refused(http.StatusNotFound, "not-found")
		w.call("reviewer-hinata-1", http.MethodGet, at+"/pages/1", nil).refused(http.StatusNotFound, "not-found")
		if original := w.call("reviewer-minato", http.MethodGet, at+"/original", nil); !bytes.Contains(original.Body, []byte(c.sent)) {
			t.Errorf("%s: the original was changed", name)
		}
	}
	trail := w.call("auditor", http.MethodGet, "/api/v1/audit?action=open-original", nil).ok(http.StatusOK)
	if n := len(trail["items"].([]any)); n != 2 {
		t.Errorf("%d originals are recorded", n)
	}
	w.Exec(`update applications set protected = true, version = version + 1`)
	w.call("reviewer-minato", http.MethodGet, path+"/files/"+files["photo.jpg"]["id"].(string)+"/pages/1", nil).refused(http.StatusNotFound, "not-found")
}
