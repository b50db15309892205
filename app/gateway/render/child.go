package render

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"

	"golang.org/x/image/draw"
)

// Child turns this process into a renderer and ends it, if it was started as one. Main calls it before anything else.
func Child() {
	if len(os.Args) != 2 || os.Args[1] != Arg {
		return
	}
	os.Exit(child(os.Stdin, os.Stdout))
}

// cannot is why a file is not rendered: one of the reasons.
type cannot string

// Error gives the reason.
func (c cannot) Error() string { return string(c) }

func child(stdin io.Reader, stdout io.Writer) int {
	in := bufio.NewReaderSize(stdin, 64<<10)
	line, err := readLine(in)
	var o order
	if err != nil || json.Unmarshal(line, &o) != nil {
		return 2
	}
	out := &printer{w: bufio.NewWriter(stdout), limits: o.Limits}
	err = out.render(in, o)
	var why cannot
	if err != nil {
		if !errors.As(err, &why) {
			fmt.Fprintln(os.Stderr, err) // for who runs it by hand
			why = ReasonDamaged
		}
		_ = out.say(reply{Reason: string(why)}, nil)
	}
	if out.w.Flush() != nil || err != nil {
		return 1
	}
	return 0
}

// printer writes pages.
type printer struct {
	w      *bufio.Writer
	limits Limits
	first  image.Image // a small copy, for the thumbnail
}

func (p *printer) render(in io.Reader, o order) error {
	if err := lock(o.Limits); err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(in, largest))
	if err != nil {
		return err
	}
	total := 1
	switch o.MediaType {
	case "application/pdf":
		total, err = p.pdf(raw)
	case "image/tiff":
		total, err = p.tiff(raw)
	default:
		err = p.image(raw, o.MediaType)
	}
	if err != nil {
		return err
	}
	if err := p.page(0, p.first); err != nil {
		return err
	}
	return p.say(reply{End: true, Total: total}, nil)
}

// page writes one page as a JPEG: pixels alone, without metadata.
func (p *printer) page(number int, img image.Image) error {
	if p.first == nil {
		p.first = scaled(img, p.limits.Thumbnail, draw.BiLinear) // smooth: what is jagged takes twice the bytes
	}
	quality := 85
	if number == 0 {
		quality = 45 // it tells one paper from another, several on a page that has to be light
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return err
	}
	return p.say(reply{Page: number, Width: img.Bounds().Dx(), Height: img.Bounds().Dy(), Size: int64(b.Len())}, b.Bytes())
}

func (p *printer) say(r reply, body []byte) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := p.w.Write(append(line, '\n')); err != nil {
		return err
	}
	if _, err := p.w.Write(body); err != nil {
		return err
	}
	return p.w.Flush()
}

// fit makes an image no longer than side, on white where it is transparent.
func fit(img image.Image, side int) image.Image { return scaled(img, side, draw.ApproxBiLinear) }

func scaled(img image.Image, side int, scaler draw.Scaler) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if longest := max(w, h); longest > side {
		w, h = max(1, w*side/longest), max(1, h*side/longest)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	scaler.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	return out
}
