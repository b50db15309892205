package wire

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"

	"github.com/gin-gonic/gin"
)

var (
	// PageStyle is the style of every page that the API writes itself.
	//
	//go:embed page.css
	PageStyle string
	// pagePolicy lets a page of the API have its one style and nothing else.
	pagePolicy = func() string {
		sum := sha256.Sum256([]byte(PageStyle))
		return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	}()
)

// WritePage gives a page of ours.
func WritePage(c *gin.Context, page []byte) {
	c.Header("Content-Security-Policy", pagePolicy)
	c.Data(http.StatusOK, "text/html; charset=utf-8", page)
}
