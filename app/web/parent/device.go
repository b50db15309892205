package parent

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// hint is what a page says about the device in front of the person.
type hint struct {
	Signature bool // filing needs an electronic signature
	Elsewhere bool // it cannot be signed on this device: go on with a computer
}

func (p *pages) hint(r *page.Request, level string) hint {
	signed := level == models.SignatureSignature
	return hint{Signature: signed, Elsewhere: signed && !r.Open(page.FunctionSign)}
}

// code is a QR code of the application's own page, for another device: the draft is there too.
func (p *pages) code(r *page.Request) error {
	id := r.Param("id")
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	picture, err := qr.Encode(strings.TrimSuffix(p.opt.Address, "/")+"/applications/"+id, qr.M, qr.Auto)
	if err != nil {
		return err
	}
	r.Gin.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	r.Gin.Data(200, "image/svg+xml", svg(picture))
	return nil
}

// svg draws a code with the quiet border of four modules that readers need.
func svg(code barcode.Barcode) []byte {
	const quiet = 4
	size := code.Bounds().Dx()
	var out bytes.Buffer
	fmt.Fprintf(
		&out,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><rect width="100%%" height="100%%" fill="#fff"/><path d="`,
		size+2*quiet,
		size+2*quiet,
	)
	for y := range size {
		for x := range size {
			if black, _, _, _ := code.At(x, y).RGBA(); black == 0 {
				fmt.Fprintf(&out, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	out.WriteString(`"/></svg>`)
	return out.Bytes()
}
