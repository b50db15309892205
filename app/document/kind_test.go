package document

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav/simulator"
)

// office makes the head of a document as an office program writes it: the part that tells what it is comes behind a
// preview picture that is not small.
func office(t testing.TB, folder string, preview int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, entry := range []struct {
		name string
		body []byte
	}{
		{"[Content_Types].xml", []byte("<Types/>")}, {"_rels/.rels", []byte("<Relationships/>")},
		{"docProps/thumbnail.jpeg", pdf(preview)}, {folder + "/document.xml", []byte("<x/>")},
	} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: entry.name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(entry.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pictures(t testing.TB) (jpg, pngBytes []byte) {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 8, 8))
	var a, b bytes.Buffer
	if err := jpeg.Encode(&a, picture, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return a.Bytes(), b.Bytes()
}

func ftyp(brand string) []byte {
	return append([]byte("\x00\x00\x00\x18ftyp"+brand+"\x00\x00\x00\x00"+brand+"mif1"), make([]byte, 100)...)
}

func TestTypesThatAreTaken(t *testing.T) {
	jpg, pngBytes := pictures(t)
	for name, c := range map[string]struct {
		head []byte
		want string
	}{
		"a.pdf":  {pdf(100), "application/pdf"},
		"b.PDF":  {append([]byte("\xef\xbb\xbf\r\n"), pdf(100)...), "application/pdf"},
		"a.jpg":  {jpg, "image/jpeg"},
		"a.JPEG": {jpg, "image/jpeg"},
		"a.png":  {pngBytes, "image/png"},
		"a.heic": {ftyp("heic"), "image/heic"},
		"b.heif": {ftyp("heic"), "image/heic"},
		"c.HEIC": {ftyp("mif1"), "image/heif"},
		"d.heic": {ftyp("hevc"), "image/heic"},
		"a.tif":  {[]byte("II*\x00\x08\x00\x00\x00padding"), "image/tiff"},
		"a.tiff": {[]byte("MM\x00*\x00\x00\x00\x08padding"), "image/tiff"},
		"a.docx": {office(t, "word", 20_000), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"a.xlsx": {office(t, "xl", 10), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	} {
		if got, err := mediaTypeOf(name, c.head[:min(len(c.head), headSize)]); err != nil || got != c.want {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestTypesThatAreRefused(t *testing.T) {
	jpg, pngBytes := pictures(t)
	for name, c := range map[string]struct {
		head   []byte
		detail string
	}{
		"a.png":     {jpg, "type-mismatch"},
		"b.pdf":     {pngBytes, "type-mismatch"},
		"c":         {jpg, "type-mismatch"},
		"d.jpg.exe": {jpg, "type-mismatch"},
		"e.exe":     {append([]byte("MZ"), make([]byte, 100)...), "type-refused"},
		"f.pdf":     {[]byte("just text"), "type-refused"},
		"g.html":    {[]byte("<html><script>alert(1)</script>"), "type-refused"},
		"h.pdf":     {[]byte("<html>%PDF-1.7<script>alert(1)</script>"), "type-refused"},
		"i.docx":    {office(t, "other", 10), "type-refused"},
		"j.zip":     {office(t, "other", 10), "type-refused"},
		"k.svg":     {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "type-refused"},
		"l.mp4":     {ftyp("isom"), "type-refused"},
		"m.gif":     {[]byte("GIF89a......."), "type-refused"},
		"n.pdf":     {[]byte{0}, "type-refused"},
		"eicar.pdf": {simulator.EICAR(), "type-refused"},
	} {
		_, err := mediaTypeOf(name, c.head)
		wantFault(t, name, err, fault.Unsupported, fault.CodeUnsupportedMedia, c.detail)
		if f := fault.As(err); f != nil && !strings.Contains(f.Extra["taken"], "PDF") {
			t.Errorf("%s: it does not say what is taken: %v", name, f.Extra)
		}
	}
}

// macros is a document with macros: it says so in its content types or by the part that holds them, under the name and compression that is asked for.
func macros(t testing.TB, types, part string, method uint16) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, entry := range [][2]string{
		{"_rels/.rels", "<Relationships/>"}, {"[Content_Types].xml", types}, {"word/document.xml", "<x/>"}, {part, "\xd0\xcf\x11\xe0"},
	} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: entry[0], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(entry[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestMacrosAreRefusedByName(t *testing.T) {
	const without = `<Types><Override PartName="/word/document.xml" ` +
		`ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	const with = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`
	const hidden = `<Types><Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>`
	for name, head := range map[string][]byte{
		"a.docm": macros(t, without, "word/x.xml", zip.Deflate),
		"b.docx": macros(t, with, "word/x.bin", zip.Deflate),
		"c.docx": macros(t, with, "word/x.bin", zip.Store),
		"d.docx": macros(t, hidden, "word/x.bin", zip.Deflate),
		"e.docx": macros(t, without, "word/vbaProject.bin", zip.Deflate),
		"f.pdf":  macros(t, with, "word/x.bin", zip.Deflate),
	} {
		_, err := mediaTypeOf(name, head)
		wantFault(t, name, err, fault.Unsupported, fault.CodeUnsupportedMedia, "type-macros")
	}
	wantFault(t, "an ending", endingTaken("a.XLSM"), fault.Unsupported, fault.CodeUnsupportedMedia, "type-macros")
	if got, err := mediaTypeOf("g.docx", macros(t, without, "word/x.xml", zip.Deflate)); err != nil {
		t.Errorf("a document without macros: %s, %v", got, err)
	}
}

// FuzzHasMacros: a file of strangers is looked into.
func FuzzHasMacros(f *testing.F) {
	f.Add(macros(f, "macroEnabled", "word/vbaProject.bin", zip.Deflate))
	f.Add([]byte("PK\x03\x04PK\x03\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff"))
	f.Fuzz(func(_ *testing.T, head []byte) { hasMacros(head) })
}
