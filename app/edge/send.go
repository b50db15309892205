package edge

import (
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
)

// Attachment is a file on its way to a person.
type Attachment struct {
	Name      string // with which it is saved
	MediaType string
	Size      int64 // bytes, announced before the first
	Body      io.ReadCloser
	Inline    bool // a picture of ours, to be shown in a page
}

// Send answers with a file that no browser runs, and that no cache keeps; it closes the body. What is cut short cannot be
// taken for the whole file: its length was announced.
func Send(c *gin.Context, a Attachment) {
	defer func() { _ = a.Body.Close() }()
	c.Header("Content-Type", a.MediaType)
	c.Header("Content-Length", strconv.FormatInt(a.Size, 10))
	if a.Inline {
		c.Header("Content-Disposition", "inline")
	} else {
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	}
	c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Header("Cache-Control", "private, no-store")
	c.Status(http.StatusOK)
	if _, err := io.Copy(c.Writer, a.Body); err != nil {
		_ = c.Error(err)
		panic(http.ErrAbortHandler)
	}
}
