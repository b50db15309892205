package render

import (
	"bytes"
	"image"
	"image/draw"
)

// jpegs puts a page together whose strips or tiles are JPEGs, as a rule with their tables apart.
func (f *tiffFile) jpegs(d directory, w, h int) (image.Image, error) {
	offsets, sizes := d[tagStrips].values, d[tagStripSizes].values
	across, down := w, int(d.first(tagStripRows, uint32(h))) //nolint:gosec // of an image that fits the limit
	if len(d[tagTiles].values) > 0 {
		offsets, sizes = d[tagTiles].values, d[tagTileSizes].values
		across, down = int(d.first(tagTileWidth, 0)), int(d.first(tagTileHeight, 0))
	}
	if len(offsets) == 0 || len(offsets) != len(sizes) || across <= 0 || down <= 0 || d.first(tagPlanar, 1) != 1 && d.first(tagSamples, 1) > 1 {
		return nil, cannot(ReasonUnsupported)
	}
	var tables []byte
	for _, v := range d[tagJPEGTables].values {
		tables = append(tables, byte(v)) //nolint:gosec // an entry of bytes
	}
	photometric := d.first(tagPhotometric, 0)
	if photometric != photometricCMYK && d.first(tagSamples, 1) > 3 { // four that are not inks would be taken for them
		return nil, cannot(ReasonUnsupported)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	columns := (w + across - 1) / across
	for i := range offsets {
		at := image.Pt(i%columns*across, i/columns*down)
		if at.Y >= h {
			break
		}
		img, err := decodeJPEG(joined(tables, f.bytes(offsets[i], sizes[i]), photometric), 4*max(w*h, across*down))
		if err != nil {
			return nil, err
		}
		switch one := img.(type) {
		case *image.CMYK: // the decoder turned the inks, as Adobe does outside of a TIFF
			for i := range one.Pix {
				one.Pix[i] ^= 0xff
			}
		case *image.Gray:
			for i := range one.Pix {
				if photometric == 0 { // white is zero
					one.Pix[i] ^= 0xff
				}
			}
		}
		b := img.Bounds()
		draw.Draw(out, image.Rectangle{Min: at, Max: at.Add(image.Pt(min(b.Dx(), across), min(b.Dy(), down)))}, img, b.Min, draw.Src)
	}
	return out, nil
}

// adobe is the segment that says that no colour was turned into another: RGB stays RGB, CMYK stays CMYK.
var adobe = []byte("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00")

// joined is one strip with its tables, as a JPEG of its own.
func joined(tables, strip []byte, photometric uint32) []byte {
	out := []byte("\xff\xd8")
	if photometric == photometricRGB || photometric == photometricCMYK {
		out = append(out, adobe...)
	}
	out = append(out, bytes.TrimSuffix(bytes.TrimPrefix(tables, []byte("\xff\xd8")), []byte("\xff\xd9"))...)
	return append(out, bytes.TrimPrefix(strip, []byte("\xff\xd8"))...)
}
