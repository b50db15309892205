package render

import (
	"errors"
	"io"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfium_errors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// dpi is the resolution of a page, unless it would be longer than the limit.
const dpi = 150

// pdf renders the pages of a PDF, and gives how many it has.
// What follows a page that cannot be drawn is left out.
func (p *printer) pdf(raw []byte) (total int, err error) {
	// PDFium's errors are exceptions of WebAssembly.
	runtime := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(uint32(p.limits.Memory / 2 / (64 << 10))) //nolint:gosec // pages of 64 KiB: 32 bits are 256 TiB
	if p.limits.Cache != "" {
		if cache, err := wazero.NewCompilationCacheWithDir(p.limits.Cache); err == nil {
			runtime = runtime.WithCompilationCache(cache)
		}
	}
	pool, err := webassembly.Init(webassembly.Config{
		MinIdle:       1,
		MaxIdle:       1,
		MaxTotal:      1,
		RuntimeConfig: runtime,
		FSConfig:      wazero.NewFSConfig(), // no file at all
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return 0, err
	}
	instance, err := pool.GetInstance(30 * time.Second)
	if err != nil {
		return 0, err
	}
	opened, err := instance.OpenDocument(&requests.OpenDocument{File: &raw})
	if err != nil {
		if errors.Is(err, pdfium_errors.ErrPassword) {
			return 0, cannot(ReasonProtected)
		}
		return 0, cannot(ReasonDamaged)
	}
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: opened.Document})
	if err != nil {
		return 0, cannot(ReasonDamaged)
	}
	if count.PageCount < 1 {
		return 0, cannot(ReasonEmpty)
	}
	for n := range min(count.PageCount, p.limits.Pages) {
		which := requests.Page{ByIndex: &requests.PageByIndex{Document: opened.Document, Index: n}}
		page, err := p.drawn(instance, which)
		if err != nil && n > 0 {
			break
		}
		if err != nil {
			return 0, err
		}
		err = p.page(n+1, page.Result.RenderedImage)
		page.Cleanup()
		if err != nil {
			return 0, err
		}
	}
	return count.PageCount, nil
}

// drawn draws one page.
func (p *printer) drawn(instance pdfium.Pdfium, which requests.Page) (*responses.RenderPageInPixels, error) {
	size, err := instance.GetPageSize(&requests.GetPageSize{Page: which})
	if err != nil || size.Width <= 0 || size.Height <= 0 {
		return nil, cannot(ReasonDamaged)
	}
	w, h := pixels(size.Width, size.Height, p.limits.Side)
	page, err := instance.RenderPageInPixels(&requests.RenderPageInPixels{Page: which, Width: w, Height: h})
	if err != nil {
		return nil, cannot(ReasonDamaged)
	}
	return page, nil
}

// pixels is the size of a page in points at dpi, and no longer than side.
func pixels(width, height float64, side int) (w, h int) {
	scale := dpi / 72.0
	if longest := max(width, height) * scale; longest > float64(side) {
		scale *= float64(side) / longest
	}
	return max(1, int(width*scale)), max(1, int(height*scale))
}
