package render_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/tiff"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/render"
)

// program and cache are made once: a program that renders, and the folder of its compiled PDF renderer.
var program, cache string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "render-test")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		program, cache = filepath.Join(dir, "program"), filepath.Join(dir, "cache")
		if out, err := exec.Command("go", "build", "-o", program, "./testdata/program").CombinedOutput(); err != nil {
			panic(string(out))
		}
		return m.Run()
	}())
}

// rendered gives the pages and the thumbnail of a file.
func rendered(t testing.TB, mediaType string, file []byte, limits render.Limits) ([]render.Page, render.Copy, error) {
	t.Helper()
	limits.Cache = cache
	r, err := render.New(program, limits)
	if err != nil {
		t.Fatal(err)
	}
	var pages []render.Page
	done, err := r.Render(t.Context(), mediaType, bytes.NewReader(file), func(p render.Page) error {
		pages = append(pages, p)
		return nil
	})
	return pages, done, err
}

// corners is a picture that shows how it was turned: red at its top left, on blue.
func corners(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{0, 0, 255, 255})
			if x < w/4 && y < h/4 {
				img.Set(x, y, color.RGBA{255, 0, 0, 255})
			}
		}
	}
	return img
}

func encoded(t testing.TB, fn func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := fn(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func photo(t testing.TB, w, h int) []byte {
	return encoded(t, func(b io.Writer) error { return jpeg.Encode(b, corners(w, h), nil) })
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

func pdf(extra string, pages int) []byte {
	var kids, objects strings.Builder
	for n := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", n+3)
		fmt.Fprintf(&objects, "%d 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>\nendobj\n", n+3)
	}
	return []byte(
		fmt.Sprintf(
			"%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R %s >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [%s] /Count %d >>\nendobj\n%strailer\n<< /Root 1 0 R "+
				">>\n%%%%EOF\n",
			extra,
			kids.String(),
			pages,
			objects.String(),
		),
	)
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

func TestEachTypeIsRendered(t *testing.T) {
	heif, err := os.ReadFile("testdata/corners.heic")
	if err != nil {
		t.Fatal(err)
	}
	for mediaType, file := range map[string][]byte{
		"image/jpeg":      photo(t, 400, 300),
		"image/png":       encoded(t, func(b io.Writer) error { return png.Encode(b, corners(400, 300)) }),
		"image/gif":       encoded(t, func(b io.Writer) error { return gif.Encode(b, corners(400, 300), nil) }),
		"image/tiff":      encoded(t, func(b io.Writer) error { return tiff.Encode(b, corners(400, 300), nil) }),
		"image/heic":      heif,
		"application/pdf": pdf("", 1),
	} {
		t.Run(mediaType, func(t *testing.T) {
			pages, done, err := rendered(t, mediaType, file, render.Limits{})
			if err != nil || done != (render.Copy{Pages: 1, Total: 1}) || len(pages) != 2 || pages[0].Number != 1 || pages[1].Number != 0 {
				t.Fatalf("%d pages, %+v %v", len(pages), done, err)
			}
			img := decode(t, pages[0])
			if strings.HasPrefix(mediaType, "image/") && (!red(img, 20, 20) || red(img, 380, 20) || red(img, 20, 280)) {
				t.Error("the picture is another")
			}
			if thumb := decode(t, pages[1]).Bounds(); max(thumb.Dx(), thumb.Dy()) > 240 {
				t.Errorf("the thumbnail is %v", thumb)
			}
		})
	}
}

func TestAPhotoIsUprightAndItsPlaceIsGone(t *testing.T) {
	for orientation, corner := range map[uint16][2]int{1: {5, 5}, 2: {395, 5}, 3: {395, 295}, 4: {5, 295}, 5: {5, 5}, 6: {295, 5}, 7: {295, 395}, 8: {5, 395}} {
		file := withEXIF(photo(t, 400, 300), orientation)
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
	file := pdf(`/OpenAction << /S /JavaScript /JS (app.alert\("SCRIPT-RAN"\)) >>`, 3)
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
		"an image cut off":           {"image/jpeg", photo(t, 400, 300)[:900], render.Limits{}, render.ReasonDamaged},
		"no image":                   {"image/heic", []byte("not a picture"), render.Limits{}, render.ReasonDamaged},
		"no PDF":                     {"application/pdf", []byte("%PDF-1.7 nothing"), render.Limits{}, render.ReasonDamaged},
		"an empty file":              {"image/png", nil, render.Limits{}, render.ReasonDamaged},
		"more output than allowed":   {"image/jpeg", photo(t, 400, 300), render.Limits{Output: 100}, render.ReasonLimits},
		"more memory than allowed": {"image/png", encoded(t, func(b io.Writer) error { return png.Encode(b, image.NewRGBA(image.Rect(0, 0, 6000, 6000))) }),
			render.Limits{Memory: 96 << 20}, render.ReasonLimits},
		"more time than allowed": {"application/pdf", pdf("", 1), render.Limits{Time: time.Millisecond}, render.ReasonLimits},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := rendered(t, c.mediaType, c.file, c.limits)
			if f := fault.As(err); f == nil || f.Code != fault.CodeInvalidFile || f.Extra["reason"] != c.reason {
				t.Errorf("%+v, want %s", err, c.reason)
			}
		})
	}
}

func TestAFailureOfTheReaderIsNotTheFiles(t *testing.T) {
	r, err := render.New(program, render.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the store is down")
	_, err = r.Render(t.Context(), "image/jpeg", io.MultiReader(bytes.NewReader(photo(t, 40, 30)[:100]), failing{broken}), func(render.Page) error { return nil })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = r.Render(ctx, "image/jpeg", bytes.NewReader(photo(t, 40, 30)), func(render.Page) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
