package render_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/app/gateway/render/rendertest"
)

// rendered gives the pages and the thumbnail of a file.
func rendered(t testing.TB, mediaType string, file []byte, limits render.Limits) ([]render.Page, render.Copy, error) {
	t.Helper()
	program, cache, err := rendertest.Program()
	if err != nil {
		t.Fatal(err)
	}
	limits.Cache = cache
	r, err := render.New(program, limits)
	if err != nil {
		t.Fatal(err)
	}
	var pages []render.Page
	done, err := r.Render(t.Context(), mediaType, bytes.NewReader(file), 1, func(p render.Page) error {
		pages = append(pages, p)
		return nil
	})
	return pages, done, err
}

func encoded(t testing.TB, fn func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := fn(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func photo(t testing.TB) []byte {
	return encoded(t, func(b io.Writer) error { return jpeg.Encode(b, rendertest.Picture(), nil) })
}

// withEXIF puts a segment with an orientation and a place into a JPEG, as a phone does.
func withEXIF(photo []byte, orientation uint16) []byte {
	le := binary.LittleEndian
	body := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00")
	entry := func(tag, kind uint16, count, value uint32) {
		body = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(body, tag), kind), count), value)
	}
	body = le.AppendUint16(body, 2)
	entry(0x0112, 3, 1, uint32(orientation))
	entry(0x8825, 4, 1, 38) // GPS
	body = le.AppendUint32(body, 0)
	body = le.AppendUint16(body, 1)
	entry(0x0001, 2, 2, uint32('N'))
	body = append(le.AppendUint32(body, 0), "GPSPLACE-35.6895N"...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return append(append(append([]byte{}, photo[:2]...), append(segment, body...)...), photo[2:]...)
}

func decode(t testing.TB, p render.Page) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(p.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != p.Width || b.Dy() != p.Height {
		t.Errorf("it is %v, and said to be %d×%d", b, p.Width, p.Height)
	}
	return img
}

func red(img image.Image, x, y int) bool {
	r, _, b, _ := img.At(x, y).RGBA()
	return r > 0xc000 && b < 0x4000
}

func TestAPhotoIsUprightAndItsPlaceIsGone(t *testing.T) {
	for orientation, corner := range map[uint16][2]int{1: {5, 5}, 2: {395, 5}, 3: {395, 295}, 4: {5, 295}, 5: {5, 5}, 6: {295, 5}, 7: {295, 395}, 8: {5, 395}} {
		file := withEXIF(photo(t), orientation)
		if !bytes.Contains(file, []byte("GPSPLACE")) {
			t.Fatal("the photo has no place to lose")
		}
		pages, _, err := rendered(t, "image/jpeg", file, render.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		img := decode(t, pages[0])
		if !red(img, corner[0], corner[1]) {
			t.Errorf("orientation %d: the corner is not at %v of %v", orientation, corner, img.Bounds())
		}
		for _, p := range pages {
			if bytes.Contains(p.JPEG, []byte("GPSPLACE")) || bytes.Contains(p.JPEG, []byte("Exif")) {
				t.Errorf("orientation %d: the copy has metadata", orientation)
			}
		}
	}
}

func TestAPDFWithAScriptBecomesPictures(t *testing.T) {
	file := rendertest.PDF(`/OpenAction << /S /JavaScript /JS (app.alert\("SCRIPT-RAN"\)) >>`, 3)
	pages, done, err := rendered(t, "application/pdf", file, render.Limits{Pages: 2})
	if err != nil || done != (render.Copy{Pages: 2, Total: 3}) || len(pages) != 3 {
		t.Fatalf("%d pages, %+v %v", len(pages), done, err)
	}
	for _, p := range pages {
		decode(t, p)
		if bytes.Contains(p.JPEG, []byte("SCRIPT")) || bytes.Contains(p.JPEG, []byte("JavaScript")) {
			t.Error("the script is in the copy")
		}
	}
}

// bomb is a PNG of a few hundred bytes that says it has w × h pixels.
func bomb(w, h uint32) []byte {
	chunk := func(kind string, body []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		out = append(append(out, kind...), body...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return append([]byte("\x89PNG\r\n\x1a\n"), append(chunk("IHDR", append(head, 8, 6, 0, 0, 0)), chunk("IDAT", []byte{0x78, 0x9c})...)...)
}

func TestWhatCannotBeRenderedSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		mediaType string
		file      []byte
		limits    render.Limits
		reason    string
	}{
		"a type without a safe copy": {"application/zip", []byte("PK"), render.Limits{}, render.ReasonUnsupported},
		"a bomb":                     {"image/png", bomb(1<<20, 1<<20), render.Limits{}, render.ReasonTooLarge},
		"an image cut off":           {"image/jpeg", photo(t)[:900], render.Limits{}, render.ReasonDamaged},
		"no image":                   {"image/heic", []byte("not a picture"), render.Limits{}, render.ReasonDamaged},
		"no PDF":                     {"application/pdf", []byte("%PDF-1.7 nothing"), render.Limits{}, render.ReasonDamaged},
		"no page":                    {"application/pdf", rendertest.PDF("", 0), render.Limits{}, render.ReasonEmpty},
		"an empty file":              {"image/png", nil, render.Limits{}, render.ReasonDamaged},
		"more output than allowed":   {"image/jpeg", photo(t), render.Limits{Output: 100}, render.ReasonLimits},
		"more memory than allowed": {"image/png", encoded(t, func(b io.Writer) error { return png.Encode(b, image.NewRGBA(image.Rect(0, 0, 6000, 6000))) }),
			render.Limits{Memory: 96 << 20}, render.ReasonLimits},
		"more time than allowed": {"application/pdf", rendertest.PDF("", 1), render.Limits{Time: time.Millisecond}, render.ReasonTime},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := rendered(t, c.mediaType, c.file, c.limits)
			if reasonOf(err) != c.reason {
				t.Errorf("%+v, want %s", err, c.reason)
			}
		})
	}
}

// reasonOf is why a file is not rendered; empty if it was.
func reasonOf(err error) string {
	if err == nil {
		return ""
	}
	if f := fault.As(err); f != nil && f.Code == fault.CodeInvalidFile {
		return f.Extra["reason"]
	}
	return err.Error()
}

func TestAFailureOfTheReaderIsNotTheFiles(t *testing.T) {
	r, err := rendertest.Renderer()
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the store is down")
	_, err = r.Render(t.Context(), "image/jpeg", io.MultiReader(bytes.NewReader(photo(t)[:100]), failing{broken}), 1, func(render.Page) error { return nil })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = r.Render(ctx, "image/jpeg", bytes.NewReader(photo(t)), 1, func(render.Page) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A renderer that was warmed has its PDF renderer compiled in the cache before the first file comes.
func TestWarmFillsTheCache(t *testing.T) {
	program, _, err := rendertest.Program()
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	r, err := render.New(program, render.Limits{Cache: cache})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if compiled, err := os.ReadDir(cache); err != nil || len(compiled) == 0 {
		t.Errorf("the cache has %d entries, %v", len(compiled), err)
	}
}
