package render_test

import (
	"image"
	"path"
	"testing"

	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/app/gateway/render/rendertest"
)

// mediaTypes are what the contents of the files are.
var mediaTypes = map[string]string{".jpg": "image/jpeg", ".png": "image/png", ".heic": "image/heic", ".heif": "image/heif", ".pdf": "application/pdf",
	".tif": "image/tiff", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// How the corner of the picture looks beside the rest of it.
const (
	coloured = "red on blue"
	dark     = "dark on light"
	light    = "light on dark"
)

func TestEveryKindIsShownWholeOrSaysWhy(t *testing.T) {
	files := rendertest.Files()
	want := map[string]struct {
		copy   render.Copy
		looks  string // of every page
		reason string
	}{
		"photo.jpg":          {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"torn.jpg":           {reason: render.ReasonDamaged},
		"picture.png":        {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"phone.heic":         {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"phone-ten-bit.heic": {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"phone-grey.heic":    {render.Copy{Pages: 1, Total: 1}, dark, ""},
		"phone-mif1.heif":    {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"torn.heic":          {reason: render.ReasonDamaged},
		"letter.pdf":         {render.Copy{Pages: 1, Total: 1}, "", ""},
		"sixty-pages.pdf":    {render.Copy{Pages: 50, Total: 60}, "", ""},
		"no-page.pdf":        {reason: render.ReasonEmpty},
		"password.pdf":       {reason: render.ReasonProtected},
		"broken.pdf":         {reason: render.ReasonDamaged},
		"scan.tif":           {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"fax.tif":            {render.Copy{Pages: 3, Total: 3}, dark, ""},
		"fax-light.tif":      {render.Copy{Pages: 1, Total: 1}, light, ""},
		"press.tif":          {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"press-jpeg.tif":     {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"photo-in-tiff.tif":  {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"jpeg-in-three.tif":  {render.Copy{Pages: 1, Total: 1}, coloured, ""},
		"jpeg-rgb.tif":       {render.Copy{Pages: 1, Total: 1}, "", ""},
		"second-broken.tif":  {render.Copy{Pages: 1, Total: 3}, dark, ""},
		"planes.tif":         {reason: render.ReasonUnsupported},
		"paper.docx":         {reason: render.ReasonUnsupported},
		"sheet.xlsx":         {reason: render.ReasonUnsupported},
	}
	if len(files) != len(want) {
		t.Errorf("%d kinds are made, of %d it is said what becomes of them", len(files), len(want))
	}
	for name, c := range want {
		t.Run(name, func(t *testing.T) {
			pages, done, err := rendered(t, mediaTypes[path.Ext(name)], files[name], render.Limits{})
			if reason := reasonOf(err); reason != c.reason || done.Total != c.copy.Total || c.reason == "" && done != c.copy {
				t.Fatalf("%+v, %q %v", done, reason, err)
			}
			for _, p := range pages {
				if got := looks(decode(t, p)); c.looks != "" && p.Number > 0 && got != c.looks {
					t.Errorf("page %d is %s", p.Number, got)
				}
			}
		})
	}
}

// In a TIFF the samples of a JPEG are what the TIFF says: red, green and blue, though a JPEG alone would be luma and chroma.
func TestJPEGOfRedGreenAndBlueInATIFF(t *testing.T) {
	pages, _, err := rendered(t, "image/tiff", rendertest.JPEGs(2, false), render.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := decode(t, pages[0]).At(20, 20).RGBA() // red is 76, 85, 255 as luma and chroma
	for i, pair := range [][2]uint32{{r >> 8, 76}, {g >> 8, 85}, {b >> 8, 255}} {
		if pair[0]+12 < pair[1] || pair[0] > pair[1]+12 {
			t.Errorf("sample %d is %d, want %d", i, pair[0], pair[1])
		}
	}
}

func looks(img image.Image) string {
	b := img.Bounds()
	corner, rest := img.At(b.Dx()/10, b.Dy()/10), img.At(b.Dx()*9/10, b.Dy()*9/10)
	r, g, blue, _ := corner.RGBA()
	r2, g2, blue2, _ := rest.RGBA()
	switch {
	case r > 0xb000 && blue < 0x6000 && blue2 > 0xb000 && r2 < 0x6000:
		return coloured
	case g < 0x4000 && g2 > 0xb000:
		return dark
	case g > 0xb000 && g2 < 0x4000:
		return light
	}
	return "something else"
}
