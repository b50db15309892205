package rendertest

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/tiff"
)

// pressJPEG is press.tif with its strips as JPEG of four inks, by libtiff's tiffcp.
//
//go:embed testdata/press-jpeg.tif
var pressJPEG []byte

// Width and Height are those of every picture in pixels. Its top left corner, a quarter each way, is red on blue, or dark on light
// (light on dark where the name says so).
const (
	Width  = 400
	Height = 300
)

//go:embed testdata/eight-bit.heic
var eightBitHEIC []byte

//go:embed testdata/gray.heic
var grayHEIC []byte

//go:embed testdata/ten-bit.heic
var tenBitHEIC []byte

// Picture is that picture in colours.
func Picture() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, Width, Height))
	for y := range Height {
		for x := range Width {
			img.Set(x, y, color.RGBA{0, 0, 255, 255})
			if x < Width/4 && y < Height/4 {
				img.Set(x, y, color.RGBA{255, 0, 0, 255})
			}
		}
	}
	return img
}

// Files are small files of every kind by their names.
func Files() map[string][]byte {
	return map[string][]byte{
		"photo.jpg":          photo(),
		"torn.jpg":           photo()[:900],
		"picture.png":        encoded(func(b *bytes.Buffer) error { return png.Encode(b, Picture()) }),
		"phone.heic":         eightBitHEIC,
		"phone-ten-bit.heic": tenBitHEIC,
		"phone-grey.heic":    grayHEIC,
		"phone-mif1.heif":    bytes.Replace(eightBitHEIC, []byte("ftypheic"), []byte("ftypmif1"), 1),
		"torn.heic":          tenBitHEIC[:len(tenBitHEIC)/2],
		"letter.pdf":         PDF("", 1),
		"sixty-pages.pdf":    PDF("", 60),
		"no-page.pdf":        PDF("", 0),
		"password.pdf":       Protected(),
		"broken.pdf":         []byte("%PDF-1.7\nnothing of a document"),
		"scan.tif":           encoded(func(b *bytes.Buffer) error { return tiff.Encode(b, Picture(), nil) }),
		"fax.tif":            Fax(0, 3),
		"fax-light.tif":      Fax(1, 1),
		"press.tif":          CMYK(),
		"press-jpeg.tif":     pressJPEG,
		"photo-in-tiff.tif":  JPEGs(6, false),
		"jpeg-in-three.tif":  JPEGs(6, true),
		"jpeg-rgb.tif":       JPEGs(2, true),
		"second-broken.tif":  secondBroken(),
		"planes.tif":         planes(),
		"paper.docx":         office("word/document.xml"),
		"sheet.xlsx":         office("xl/workbook.xml"),
	}
}

func encoded(fn func(b *bytes.Buffer) error) []byte {
	var b bytes.Buffer
	if err := fn(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func photo() []byte {
	return encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, Picture(), nil) })
}

// PDF is a document of empty pages; extra stands in its catalogue.
func PDF(extra string, pages int) []byte {
	var kids, objects strings.Builder
	for n := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", n+3)
		fmt.Fprintf(&objects, "%d 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>\nendobj\n", n+3)
	}
	body := fmt.Sprintf("%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R %s >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [%s] /Count %d >>\nendobj\n%s",
		extra, kids.String(), pages, objects.String())
	out := body + fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", pages+3)
	for n := range pages + 2 {
		out += fmt.Sprintf("%010d 00000 n \n", strings.Index(body, fmt.Sprintf("\n%d 0 obj", n+1))+1)
	}
	return []byte(out + fmt.Sprintf("trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", pages+3, len(body)))
}

// Protected is a PDF that no empty password opens.
func Protected() []byte {
	key := strings.Repeat("5a", 32)
	trailer := fmt.Sprintf("trailer\n<< /Size 4 /Root 1 0 R /ID [<00112233> <00112233>] "+
		"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> >>", key, key)
	return bytes.Replace(PDF("", 1), []byte("trailer\n<< /Size 4 /Root 1 0 R >>"), []byte(trailer), 1)
}

// office is a document of an office program, as far as its type is told by it.
func office(part string) []byte {
	return encoded(func(b *bytes.Buffer) error {
		w := zip.NewWriter(b)
		for _, name := range []string{"[Content_Types].xml", "_rels/.rels", part} {
			f, err := w.Create(name)
			if err != nil {
				return err
			}
			if _, err := f.Write([]byte("<xml/>")); err != nil {
				return err
			}
		}
		return w.Close()
	})
}
