package edge

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

// Many clients read no answer before they have sent everything: whoever is refused at the beginning of a form learns why, and not that the connection broke.
func TestAFormThatIsRefusedIsReadToItsEnd(t *testing.T) {
	h := newHarness(t, nil)
	h.Engine.POST("/filings", h.Gin(Route{Permission: Public, Files: true}), func(*gin.Context) {})
	address, _ := h.listen(t.Context())
	file := strings.Repeat("x", 6<<20)
	part := func(disposition, body string) string {
		return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + body + "\r\n"
	}
	for name, c := range map[string]struct {
		form   string
		status int
	}{
		"the file first":        {part(`name="a/applicant"; filename="a.pdf"`, file), 400},
		"JSON that is none":     {part(`name="application"`, `{"a":`) + part(`name="a/applicant"; filename="a.pdf"`, file), 400},
		"JSON that is too long": {part(`name="application"`, `{"a":"`+file+`"}`), 413},
	} {
		t.Run(name, func(t *testing.T) {
			conn, r := dial(t, address)
			form := c.form + "--b--\r\n"
			_, err := fmt.Fprintf(conn, "POST /filings HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s",
				len(form), form)
			if err != nil {
				t.Fatal("the connection broke while the form was sent:", err)
			}
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			want(t, "status", res.StatusCode, c.status)
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		})
	}
}
