package render

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"slices"

	"golang.org/x/image/tiff"
)

// The tags of a TIFF that are looked at here (TIFF 6.0; its Technical Note 2 for JPEG).
const (
	tagSubfile     = 254 // bit 0: a small copy of another page; bit 2: a mask
	tagWidth       = 256
	tagHeight      = 257
	tagCompression = 259
	tagPhotometric = 262
	tagStrips      = 273
	tagOrientation = 274
	tagSamples     = 277
	tagStripRows   = 278
	tagStripSizes  = 279
	tagPlanar      = 284
	tagFaxOptions  = 292
	tagTileWidth   = 322
	tagTileHeight  = 323
	tagTiles       = 324
	tagTileSizes   = 325
	tagExtra       = 338
	tagJPEGTables  = 347
	tagJPEGStream  = 513 // of the JPEG before Technical Note 2
	tagJPEGLength  = 514
)

const (
	compressedFax     = 3
	compressedOldJPEG = 6
	compressedJPEG    = 7

	photometricRGB  = 2
	photometricCMYK = 5
	unassociated    = 2 // an extra sample that changes no other
)

// mostDirectories bounds the pages that are counted: a chain of directories may be a ring.
const mostDirectories = 10_000

// tiffFile is a TIFF of several pages. The library decodes the first directory alone, and no JPEG and no CMYK in it.
type tiffFile struct {
	raw   []byte
	order binary.ByteOrder
	pages []directory
}

// directory is one page: its entries by tag.
type directory map[uint16]entry

type entry struct {
	raw    []byte // its twelve bytes
	values []uint32
}

func (d directory) first(tag uint16, standard uint32) uint32 {
	if v := d[tag].values; len(v) > 0 {
		return v[0]
	}
	return standard
}

// tiff renders the pages of a TIFF, and gives how many it has. What follows a page that cannot be decoded is left out.
func (p *printer) tiff(raw []byte) (total int, err error) {
	f, err := openTIFF(raw)
	if err != nil {
		return 0, err
	}
	for n, page := range f.pages[:min(len(f.pages), p.limits.Pages)] {
		img, err := f.decode(page, p.limits.Pixels)
		if err != nil && n > 0 {
			break
		}
		if err != nil {
			return 0, err
		}
		img = upright(fit(img, p.limits.Side), int(page.first(tagOrientation, 1)))
		if err := p.page(n+1, img); err != nil {
			return 0, err
		}
	}
	return len(f.pages), nil
}

func openTIFF(raw []byte) (*tiffFile, error) {
	f := &tiffFile{raw: raw, order: binary.LittleEndian}
	switch {
	case len(raw) < 8:
		return nil, cannot(ReasonDamaged)
	case bytes.HasPrefix(raw, []byte("MM")):
		f.order = binary.BigEndian
	}
	if f.order.Uint16(raw[2:]) != 42 { // 43 is a TIFF of more than 4 GiB
		return nil, cannot(ReasonUnsupported)
	}
	seen := map[uint32]bool{}
	for at := f.order.Uint32(raw[4:]); at != 0 && !seen[at] && len(seen) < mostDirectories; {
		seen[at] = true
		d, next, whole := f.directory(at)
		if !whole {
			break
		}
		if at = next; d.first(tagSubfile, 0)&5 == 0 {
			f.pages = append(f.pages, d)
		}
	}
	if len(f.pages) == 0 {
		return nil, cannot(ReasonDamaged)
	}
	return f, nil
}

// bytes are n bytes at a place, nil if the file does not have them.
func (f *tiffFile) bytes(at, n uint32) []byte {
	if uint64(at)+uint64(n) > uint64(len(f.raw)) {
		return nil
	}
	return f.raw[at : at+n : at+n]
}

func (f *tiffFile) directory(at uint32) (d directory, next uint32, whole bool) {
	head := f.bytes(at, 2)
	if head == nil {
		return nil, 0, false
	}
	n := uint32(f.order.Uint16(head))
	body := f.bytes(at+2, n*12)
	if n == 0 || body == nil {
		return nil, 0, false
	}
	d = directory{}
	for one := range slices.Chunk(body, 12) {
		d[f.order.Uint16(one)] = entry{one, f.values(one)}
	}
	if end := f.bytes(at+2+n*12, 4); end != nil {
		next = f.order.Uint32(end)
	}
	return d, next, true
}

// values are those of an entry in bytes, of 16 or of 32 bits; of another type there are none.
func (f *tiffFile) values(one []byte) []uint32 {
	size := map[uint16]uint32{1: 1, 3: 2, 4: 4, 7: 1}[f.order.Uint16(one[2:])]
	count := f.order.Uint32(one[4:])
	if size == 0 || count > uint32(min(len(f.raw), 1<<30))/size {
		return nil
	}
	raw := one[8:12]
	if size*count > 4 {
		raw = f.bytes(f.order.Uint32(raw), size*count)
	}
	out := make([]uint32, 0, count)
	for one := range slices.Chunk(raw[:min(len(raw), int(size*count))], int(size)) {
		switch size {
		case 1:
			out = append(out, uint32(one[0]))
		case 2:
			out = append(out, uint32(f.order.Uint16(one)))
		default:
			out = append(out, f.order.Uint32(one))
		}
	}
	return out
}

func (f *tiffFile) decode(d directory, most int) (image.Image, error) {
	w, h := int(d.first(tagWidth, 0)), int(d.first(tagHeight, 0))
	switch compression := d.first(tagCompression, 1); {
	case w == 0 || h == 0:
		return nil, cannot(ReasonDamaged)
	case w > most/h: // before a pixel is decoded: a bomb says how large it is
		return nil, cannot(ReasonTooLarge)
	case compression == compressedJPEG:
		return f.jpegs(d, w, h)
	case compression == compressedOldJPEG:
		return decodeJPEG(f.bytes(d.first(tagJPEGStream, 0), d.first(tagJPEGLength, 0)), most)
	case compression == compressedFax && d.first(tagFaxOptions, 0)&1 != 0: // in two dimensions: the library knows one
		return nil, cannot(ReasonUnsupported)
	case d.first(tagPlanar, 1) != 1 && d.first(tagSamples, 1) > 1: // the library would take one colour for the others
		return nil, cannot(ReasonUnsupported)
	}
	cmyk := d.first(tagPhotometric, 0) == photometricCMYK
	if cmyk && d.first(tagSamples, 0) != 4 {
		return nil, cannot(ReasonUnsupported)
	}
	img, err := tiff.Decode(bytes.NewReader(f.alone(d, cmyk)))
	var unsupported tiff.UnsupportedError
	switch {
	case errors.As(err, &unsupported):
		return nil, cannot(ReasonUnsupported)
	case err != nil:
		return nil, cannot(ReasonDamaged)
	case !cmyk:
		return asSaid(img, d), nil
	}
	if inks, ok := img.(*image.NRGBA); ok {
		return &image.CMYK{Pix: inks.Pix, Stride: inks.Stride, Rect: inks.Rect}, nil
	}
	return nil, cannot(ReasonUnsupported)
}

// asSaid turns black and white of a fax coding round if the file says that black is zero: the library shows both alike.
func asSaid(img image.Image, d directory) image.Image {
	grey, ok := img.(*image.Gray)
	if compression := d.first(tagCompression, 1); ok && compression >= 2 && compression <= 4 && d.first(tagPhotometric, 0) == 1 {
		for i := range grey.Pix {
			grey.Pix[i] ^= 0xff
		}
	}
	return img
}

// alone is the file with this page as its first: its directory once more at the end, and the header leads there. The four inks of
// CMYK are taken for three colours and an extra sample that changes no other, so that the library hands them on as they are.
func (f *tiffFile) alone(d directory, cmyk bool) []byte {
	order := f.order.(binary.AppendByteOrder) // both byte orders are
	short := func(tag, value uint16) entry {
		one := order.AppendUint32(order.AppendUint16(order.AppendUint16(nil, tag), 3), 1)
		return entry{raw: order.AppendUint16(order.AppendUint16(one, value), 0)}
	}
	entries := map[uint16]entry{}
	for tag, e := range d {
		entries[tag] = e
	}
	if cmyk {
		entries[tagPhotometric], entries[tagExtra] = short(tagPhotometric, photometricRGB), short(tagExtra, unassociated)
	}
	out := append(make([]byte, 0, len(f.raw)+12*len(entries)+8), f.raw...)
	f.order.PutUint32(out[4:], uint32(len(out)))        //nolint:gosec // no file is longer than largest
	out = order.AppendUint16(out, uint16(len(entries))) //nolint:gosec // by tags, of which there are 65,536
	tags := make([]uint16, 0, len(entries))
	for tag := range entries {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	for _, tag := range tags {
		out = append(out, entries[tag].raw...)
	}
	return order.AppendUint32(out, 0)
}
