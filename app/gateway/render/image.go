package render

import (
	"bytes"
	"image"
	_ "image/gif"  // decoders
	_ "image/jpeg" // decoders
	_ "image/png"  // decoders
	"io"
	"strings"

	"github.com/bep/imagemeta"
	"github.com/gen2brain/heic"
	_ "golang.org/x/image/tiff" // decoders
	_ "golang.org/x/image/webp" // decoders
)

// largest bounds what is read: no attached file is longer.
const largest = 256 << 20

// image decodes one picture, of an animation the first, turns it upright and makes it no larger than a page.
func (p *printer) image(in io.Reader, mediaType string) error {
	raw, err := io.ReadAll(io.LimitReader(in, largest))
	if err != nil {
		return err
	}
	isHEIC := mediaType == "image/heic" || mediaType == "image/heif"
	var config image.Config
	var img image.Image
	if isHEIC {
		config, err = heic.DecodeConfig(bytes.NewReader(raw))
	} else {
		config, _, err = image.DecodeConfig(bytes.NewReader(raw))
	}
	if err != nil {
		return cannot(ReasonDamaged)
	}
	// Before a pixel is decoded: a bomb says how large it is.
	if config.Width <= 0 || config.Height <= 0 || config.Width > p.limits.Pixels/config.Height {
		return cannot(ReasonTooLarge)
	}
	if isHEIC { // upright already
		img, err = heic.Decode(bytes.NewReader(raw))
	} else {
		img, _, err = image.Decode(bytes.NewReader(raw))
	}
	if err != nil {
		return cannot(ReasonDamaged)
	}
	if !isHEIC {
		img = upright(fit(img, p.limits.Side), orientation(raw, mediaType))
	} else {
		img = fit(img, p.limits.Side)
	}
	return p.page(1, img)
}

// orientation is how the camera was held, from 1 to 8 as in EXIF; 1 if the file does not say.
func orientation(raw []byte, mediaType string) int {
	format := map[string]imagemeta.ImageFormat{
		"image/jpeg": imagemeta.JPEG,
		"image/png":  imagemeta.PNG,
		"image/webp": imagemeta.WebP,
		"image/tiff": imagemeta.TIFF,
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
