package edge

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// admitUpload lets a large body through as a stream that has to keep moving. Fault: LengthNeeded (length-required).
func (e *Edge) admitUpload(c *gin.Context) error {
	if c.Request.ContentLength < 0 {
		return errNoLength
	}
	now := time.Now()
	p := &progressReader{
		body:    c.Request.Body,
		control: http.NewResponseController(c.Writer),
		start:   now,
		grace:   e.opt.Limits.UploadGrace,
		rate:    e.opt.Limits.UploadMinRate,
		write:   e.opt.Limits.WriteTime,
	}
	recordFrom(c.Request.Context()).body = p
	c.Request.Body = p
	return nil
}

// progressReader gives each piece of an upload its own deadline: no pause longer than grace, and after grace no slower
// than rate on average. A client that sends a byte now and then is cut; one on a slow line is not.
type progressReader struct {
	body    io.ReadCloser
	control *http.ResponseController
	start   time.Time
	grace   time.Duration
	rate    int64 // bytes a second
	write   time.Duration
	read    int64
	stalled bool
}

// Read reads the next piece. Its error is the connection's; Edge.Fail makes 408 of a deadline, whatever the handler does.
func (p *progressReader) Read(b []byte) (int, error) {
	now := time.Now()
	until := p.start.Add(p.grace + time.Duration(p.read/p.rate)*time.Second)
	if pause := now.Add(p.grace); pause.Before(until) {
		until = pause
	}
	// Not supported by a test's recorder; a real connection supports both.
	_ = p.control.SetReadDeadline(until)
	_ = p.control.SetWriteDeadline(until.Add(p.write)) // else the server's own would end a long upload
	n, err := p.body.Read(b)
	p.read += int64(n)
	var netErr net.Error
	if errors.As(err, &netErr) && netErr.Timeout() {
		p.stalled = true
	}
	if err == io.EOF {
		_ = p.control.SetReadDeadline(time.Time{}) // see liftDeadline
	}
	return n, err
}

// Close closes the body.
func (p *progressReader) Close() error { return p.body.Close() }

// pacedWriter gives each piece of a download its own time to be taken.
type pacedWriter struct {
	gin.ResponseWriter
	control *http.ResponseController
	step    time.Duration
}

// Write sends the next piece.
func (w *pacedWriter) Write(b []byte) (int, error) {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.step))
	return w.ResponseWriter.Write(b)
}

// WriteString is Write.
func (w *pacedWriter) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Unwrap lets http.ResponseController through.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
