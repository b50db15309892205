package statement

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
)

// A paper is kept for as long as its case, and read by programs that do not exist yet: it is a PDF/A-2b (ISO 19005-2). gopdf embeds the font
// and draws in grey alone; what it leaves out is added to its output here: the metadata, what grey means, and that a character's number is
// its glyph's.

var errNotOurs = errors.New("statement: this is no document that gopdf wrote")

// archived makes a PDF/A-2b of a document as gopdf writes it: objects 1 to n one after another, the catalogue first, and one table of them.
func archived(pdf []byte, title string) ([]byte, error) {
	objects, err := objectsOf(pdf)
	if err != nil {
		return nil, err
	}
	n := len(objects)
	metadata, profile, info := n+1, n+2, n+3
	objects[0] = bytes.Replace(objects[0], []byte("/Pages 2 0 R\n"), fmt.Appendf(nil,
		"/Pages 2 0 R\n/Metadata %d 0 R\n/OutputIntents [<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (Gray gamma 2.2)\n"+
			"/DestOutputProfile %d 0 R>>]\n",
		metadata, profile), 1)
	for i, o := range objects {
		o = bytes.Replace(o, []byte("/Subtype /CIDFontType2\n"), []byte("/Subtype /CIDFontType2\n/CIDToGIDMap /Identity\n"), 1)
		if bytes.Contains(o, []byte("/CMapName /Adobe-Identity-UCS")) { // gopdf counts the line's end before "endstream" as a part of the stream
			o = bytes.Replace(o, []byte("endstream"), []byte("\nendstream"), 1)
		}
		objects[i] = o
	}
	var escaped bytes.Buffer
	if err := xml.EscapeText(&escaped, []byte(title)); err != nil {
		return nil, err
	}
	packet := fmt.Appendf(nil, xmp, escaped.String())
	objects = append(objects,
		stream(metadata, "/Type /Metadata /Subtype /XML", packet),
		stream(profile, "/N 1", greyProfile()),
		fmt.Appendf(nil, "%d 0 obj\n<</Title <FEFF%s>>>\nendobj\n\n", info, hexOf(title)))
	return written(objects, info), nil
}

// objectsOf cuts a document into its objects, each with what follows it up to the next.
func objectsOf(pdf []byte) ([][]byte, error) {
	table := bytes.LastIndex(pdf, []byte("\nxref\n0 ")) + 1
	if table == 0 {
		return nil, errNotOurs
	}
	lines := bytes.Split(pdf[table:], []byte("\n"))
	var starts []int
	for _, line := range lines[min(3, len(lines)):] { // "xref", "0 n", the free one
		if !bytes.HasSuffix(line, []byte(" 00000 n ")) {
			break
		}
		at, err := strconv.Atoi(string(line[:10]))
		if err != nil || at >= table {
			return nil, errNotOurs
		}
		starts = append(starts, at)
	}
	if len(starts) == 0 || !slices.IsSorted(starts) {
		return nil, errNotOurs
	}
	out := make([][]byte, len(starts))
	for i, at := range starts {
		end := table
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		out[i] = pdf[at:end]
	}
	return out, nil
}

// written puts a document together again.
func written(objects [][]byte, info int) []byte {
	out := bytes.NewBufferString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	table := fmt.Appendf(nil, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range objects {
		table = fmt.Appendf(table, "%010d 00000 n \n", out.Len())
		out.Write(o)
	}
	id := sha256.Sum256(out.Bytes())
	at := out.Len()
	out.Write(table)
	fmt.Fprintf(out, "trailer\n<</Size %d /Root 1 0 R /Info %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, info, id[:16], id[:16], at)
	return out.Bytes()
}

func stream(number int, entries string, data []byte) []byte {
	out := fmt.Appendf(nil, "%d 0 obj\n<<%s /Length %d>>\nstream\n", number, entries, len(data))
	return append(append(out, data...), "\nendstream\nendobj\n\n"...)
}

func hexOf(text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = fmt.Appendf(out, "%04X", unit)
	}
	return string(out)
}

// xmp is the metadata: what the document is called, and that it is a PDF/A-2b.
const xmp = `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`

// greyProfile is the ICC profile (ICC.1:2001-04, version 2.4) that says what grey the letters are printed in: a monitor with gamma 2.2 and the
// white of D50.
func greyProfile() []byte {
	const headerSize, entrySize = 128, 12
	whole := func(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	zeros := func(n int) []byte { return make([]byte, n) }
	white := join(whole(0xf6d6), whole(0x10000), whole(0xd32d)) // D50 as s15Fixed16Number
	name := []byte("Gray gamma 2.2\x00")
	tags := []struct {
		signature string
		data      []byte
	}{
		{"desc", join([]byte("desc"), zeros(4), whole(uint32(len(name))), name, zeros(4+4+2+1+67))}, //nolint:gosec // some bytes
		{"cprt", join([]byte("text"), zeros(4), []byte("No copyright, use freely\x00"))},
		{"wtpt", join([]byte("XYZ "), zeros(4), white)},
		{"kTRC", join([]byte("curv"), zeros(4), whole(1), []byte{0x02, 0x33, 0, 0})}, // 2.2 as u8Fixed8Number
	}
	table, body := whole(uint32(len(tags))), []byte(nil) //nolint:gosec // four
	for _, t := range tags {
		at := headerSize + 4 + entrySize*len(tags) + len(body)
		table = join(table, []byte(t.signature), whole(uint32(at)), whole(uint32(len(t.data)))) //nolint:gosec // some hundred bytes
		body = join(body, t.data, zeros(-len(t.data)&3))
	}
	header := join(whole(uint32(headerSize+len(table)+len(body))), zeros(4), whole(0x02400000), []byte("mntrGRAYXYZ "), //nolint:gosec // likewise
		[]byte{0x07, 0xea, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}, []byte("acsp"), zeros(28), white, zeros(48))
	return join(header, table, body)
}
