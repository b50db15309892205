package render

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	_ "image/gif" // a decoder
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"

	"github.com/bep/imagemeta"
	"github.com/gen2brain/heic"
	_ "golang.org/x/image/webp" // a decoder
)

// largest bounds what is read: no attached file is longer.
const largest = 256 << 20

// image decodes one picture, of an animation the first, turns it upright and makes it no larger than a page.
func (p *printer) image(raw []byte, mediaType string) error {
	decode := decodeImage
	isHEIC := mediaType == "image/heic" || mediaType == "image/heif"
	if isHEIC {
		decode = decodeHEIC
	}
	img, err := decode(raw, p.limits.Pixels)
	if err != nil {
		return err
	}
	if img = fit(img, p.limits.Side); !isHEIC { // that is upright already
		img = upright(img, orientation(raw, mediaType))
	}
	return p.page(1, img)
}

func decodeImage(raw []byte, most int) (image.Image, error) {
	return decodeWith(raw, most,
		func(r io.Reader) (image.Config, error) { c, _, err := image.DecodeConfig(r); return c, err },
		func(r io.Reader) (image.Image, error) { img, _, err := image.Decode(r); return img, err })
}

func decodeJPEG(raw []byte, most int) (image.Image, error) {
	return decodeWith(raw, most, jpeg.DecodeConfig, jpeg.Decode)
}

// decodeHEIC decodes what cameras call HEIC or HEIF. The library looks for the size in the first 32 KiB alone; of a file that
// says it later the limit of memory is the bound.
func decodeHEIC(raw []byte, most int) (image.Image, error) {
	raw, err := branded(raw)
	if err != nil {
		return nil, err
	}
	size := func(r io.Reader) (image.Config, error) {
		c, err := heic.DecodeConfig(r)
		if err != nil && len(raw) > headOfHEIC {
			return image.Config{Width: 1, Height: 1}, nil
		}
		return c, err
	}
	return decodeWith(raw, most, size, heic.Decode)
}

const headOfHEIC = 32 << 10

// branded is the file under the brand heic: the library does not look into one of the brand mif1, which says less and is as often
// the same. AVIF comes under that brand too; there is no decoder of it here.
func branded(raw []byte) ([]byte, error) {
	if len(raw) < 16 || string(raw[4:8]) != "ftyp" {
		return nil, cannot(ReasonDamaged)
	}
	brands := raw[8:min(len(raw), max(16, int(binary.BigEndian.Uint32(raw))))]
	for brand := range slices.Chunk(brands, 4) {
		if b := string(brand); b == "avif" || b == "avis" || b == "avic" || b == "avcs" {
			return nil, cannot(ReasonUnsupported)
		}
	}
	copy(brands, "heic")
	return raw, nil
}

func decodeWith(raw []byte, most int, size func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error)) (image.Image, error) {
	config, err := size(bytes.NewReader(raw))
	if err != nil {
		return nil, why(err)
	}
	// Before a pixel is decoded: a bomb says how large it is.
	if config.Width <= 0 || config.Height <= 0 || config.Width > most/config.Height {
		return nil, cannot(ReasonTooLarge)
	}
	img, err := decode(bytes.NewReader(raw))
	if err != nil {
		return nil, why(err)
	}
	return img, nil
}

// why is the reason why a decoder gave up: what it does not know may be whole all the same.
func why(err error) cannot {
	var ofJPEG jpeg.UnsupportedError
	var ofPNG png.UnsupportedError
	if errors.As(err, &ofJPEG) || errors.As(err, &ofPNG) {
		return ReasonUnsupported
	}
	return ReasonDamaged
}

// orientation is how the camera was held, from 1 to 8 as in EXIF; 1 if the file does not say.
func orientation(raw []byte, mediaType string) int {
	format := map[string]imagemeta.ImageFormat{
		"image/jpeg": imagemeta.JPEG,
		"image/png":  imagemeta.PNG,
		"image/webp": imagemeta.WebP,
	}
	f, ok := format[mediaType]
	if !ok {
		return 1
	}
	found := 1
	_, err := imagemeta.Decode(imagemeta.Options{
		R:               bytes.NewReader(raw),
		ImageFormat:     f,
		Sources:         imagemeta.EXIF,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return strings.EqualFold(t.Tag, "Orientation") },
		HandleTag: func(t imagemeta.TagInfo) error {
			if n, is := t.Value.(uint16); is && n >= 1 && n <= 8 {
				found = int(n)
			}
			return nil
		},
	})
	if err != nil {
		return 1 // a picture without readable metadata is shown as it is
	}
	return found
}

// upright turns a picture as its orientation says.
func upright(img image.Image, orientation int) image.Image {
	if orientation <= 1 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Bounds().Dy() {
		for x := range out.Bounds().Dx() {
			sx, sy := x, y
			switch orientation {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			out.Set(x, y, img.At(b.Min.X+sx, b.Min.Y+sy))
		}
	}
	return out
}
