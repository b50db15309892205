package rendertest

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"strings"
)

// page is one directory of a TIFF: its tags in order, and what they lead to.
type page struct {
	tags   []tag
	strips [][]byte
}

type tag struct {
	id, kind uint16 // 1 bytes, 3 of 16 bits, 4 of 32
	values   []uint32
}

var be = binary.BigEndian

// file puts a TIFF together, in the byte order of faxes.
func file(pages ...page) []byte {
	out := []byte("MM\x00\x2a\x00\x00\x00\x00")
	link := 4
	for _, p := range pages {
		var offsets, sizes []uint32
		for _, s := range p.strips {
			offsets, sizes = append(offsets, uint32(len(out))), append(sizes, uint32(len(s)))
			out = append(out, s...)
		}
		out = append(out, make([]byte, len(out)%2)...)
		var body []byte
		for _, t := range p.tags {
			switch t.id {
			case 273:
				t.values = offsets
			case 279:
				t.values = sizes
			}
			var raw []byte
			for _, v := range t.values {
				switch t.kind {
				case 1:
					raw = append(raw, byte(v))
				case 3:
					raw = be.AppendUint16(raw, uint16(v))
				default:
					raw = be.AppendUint32(raw, v)
				}
			}
			if len(raw) > 4 {
				at := uint32(len(out))
				out = append(append(out, raw...), make([]byte, len(raw)%2)...)
				raw = be.AppendUint32(nil, at)
			}
			raw = append(raw, make([]byte, 4-len(raw))...)
			body = append(be.AppendUint32(be.AppendUint16(be.AppendUint16(body, t.id), t.kind), uint32(len(t.values))), raw...)
		}
		be.PutUint32(out[link:], uint32(len(out)))
		out = append(be.AppendUint16(out, uint16(len(p.tags))), body...)
		link = len(out)
		out = append(out, 0, 0, 0, 0)
	}
	return out
}

// tags are those of every page; what is not nil of more comes after.
func tags(bits, compression, photometric, samples, rows uint32, more ...tag) []tag {
	each := make([]uint32, samples)
	for i := range each {
		each[i] = bits
	}
	out := []tag{{256, 3, []uint32{Width}}, {257, 3, []uint32{Height}}, {258, 3, each}, {259, 3, []uint32{compression}}, {262, 3, []uint32{photometric}},
		{273, 4, nil}, {277, 3, []uint32{samples}}, {278, 3, []uint32{rows}}, {279, 4, nil}}
	return append(out, more...)
}

// Fax is pages of black and white in the coding of Group 4. photometric 0: white is zero, and the corner dark; 1: the other way round.
func Fax(photometric uint32, pages int) []byte {
	p := page{tags(1, 4, photometric, 1, Height), [][]byte{group4()}}
	all := make([]page, pages)
	for i := range all {
		all[i] = p
	}
	return file(all...)
}

// group4 codes the picture (T.6): of the first line the lengths of its runs, then how each line differs from the one before.
func group4() []byte {
	first := "001" + "00110101" + "0000001111" + "000011010100" + "1" // no white, 64+36 black, white to the end
	bits := first + strings.Repeat("111", Height/4-1) + "0001" + "1" + strings.Repeat("1", Height-Height/4-1) + strings.Repeat("000000000001", 2)
	out := make([]byte, (len(bits)+7)/8)
	for i, b := range bits {
		out[i/8] |= byte(b-'0') << (7 - i%8)
	}
	return out
}

// CMYK is the picture in inks, without compression.
func CMYK() []byte {
	var pix []byte
	for y := range Height {
		for x := range Width {
			if x < Width/4 && y < Height/4 {
				pix = append(pix, 0, 255, 255, 0)
			} else {
				pix = append(pix, 255, 255, 0, 0)
			}
		}
	}
	return file(page{tags(8, 1, 5, 4, Height), [][]byte{pix}})
}

// JPEGs is the picture as JPEG within a TIFF, in strips or whole, its tables apart. photometric 6: as a photo; 2: the three samples
// are taken for red, green and blue, so that its colours are others.
func JPEGs(photometric uint32, strips bool) []byte {
	rows := Height
	if strips {
		rows = 112 // whole blocks, and a shorter strip at the end
	}
	var p page
	var tables []byte
	for y := 0; y < Height; y += rows {
		part := Picture().(*image.RGBA).SubImage(image.Rect(0, y, Width, min(Height, y+rows)))
		whole := encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, part, nil) })
		var strip []byte
		tables, strip = apart(whole)
		p.strips = append(p.strips, strip)
	}
	values := make([]uint32, len(tables))
	for i, b := range tables {
		values[i] = uint32(b)
	}
	p.tags = tags(8, 7, photometric, 3, uint32(rows), tag{347, 7, values})
	for i := range p.tags {
		if p.tags[i].kind == 7 {
			p.tags[i].kind = 1
		}
	}
	return file(p)
}

// apart takes the tables out of a JPEG.
func apart(whole []byte) (tables, rest []byte) {
	tables, rest = []byte("\xff\xd8"), []byte("\xff\xd8")
	for at := 2; ; {
		marker, size := whole[at+1], int(be.Uint16(whole[at+2:]))
		segment := whole[at : at+2+size]
		at += len(segment)
		switch marker {
		case 0xdb, 0xc4:
			tables = append(tables, segment...)
		case 0xda:
			return append(tables, 0xff, 0xd9), append(append(rest, segment...), whole[at:]...)
		default:
			rest = append(rest, segment...)
		}
	}
}

// secondBroken has three pages, of which the second cannot be decoded.
func secondBroken() []byte {
	good, bad := page{tags(1, 4, 0, 1, Height), [][]byte{group4()}}, page{tags(8, 5, 2, 3, Height), [][]byte{[]byte("no coding at all")}}
	return file(good, bad, good)
}

// planes has its colours one after the other.
func planes() []byte {
	plane := make([]byte, Width*Height)
	return file(page{tags(8, 1, 2, 3, Height, tag{284, 3, []uint32{2}}), [][]byte{plane, plane, plane}})
}
