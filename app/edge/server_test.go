package edge

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// patience bounds what a test waits for; nothing waits that long when all is well.
const patience = 10 * time.Second

// brief are limits that pass within a test.
func brief(o *Options) {
	o.Limits.HeaderTime, o.Limits.BodyTime = 200*time.Millisecond, 200*time.Millisecond
	o.Limits.UploadGrace, o.Limits.UploadMinRate = 200*time.Millisecond, 1<<20
}

// dial opens a connection that a test drives by hand.
func dial(t *testing.T, address string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return conn, bufio.NewReader(conn)
}

// ended waits until the server has closed the connection.
func ended(t *testing.T, r io.Reader) {
	t.Helper()
	_, err := io.Copy(io.Discard, r)
	var netErr net.Error
	if errors.As(err, &netErr) && netErr.Timeout() {
		t.Error("the connection is still open")
	}
}

func TestASlowClientIsCut(t *testing.T) {
	h := newHarness(t, brief)
	read := make(chan error, 10)
	drain := func(c *gin.Context) {
		_, err := io.Copy(io.Discard, c.Request.Body)
		read <- err
		if err != nil {
			h.Fail(c, fmt.Errorf("store: %w", err))
		}
	}
	h.Engine.POST("/json", h.Gin(Route{Permission: Public}), drain)
	h.Engine.PUT("/file", h.Gin(Route{Permission: Public, Class: Upload}), drain)
	address, _ := h.listen(t.Context())
	for _, c := range []struct {
		name, send string
		status     int // 0: cut without an answer
	}{
		{"in the headers", "GET /json HTTP/1.1\r\nHost: x\r\nX-A: ", 0},
		{"before the body", "POST /json HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n", 408},
		{"within the body", "POST /json HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{\"a\":", 408},
		{"within a file", "PUT /file HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", 408},
		{"before the body of what is no route", "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n", 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, r := dial(t, address)
			if _, err := io.WriteString(conn, c.send); err != nil {
				t.Fatal(err)
			}
			if c.status != 0 {
				res, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Fatal(err)
				}
				want(t, "status", res.StatusCode, c.status)
				want(t, "type", res.Header.Get("Content-Type"), ContentTypeProblem)
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
			ended(t, r)
		})
	}
}

// A slow upload that keeps its pace passes although it takes longer than any single limit.
func TestAnUploadThatKeepsMovingIsNotCut(t *testing.T) {
	h := newHarness(t, func(o *Options) {
		brief(o)
		o.Limits.UploadMinRate = 1
		o.Limits.UploadGrace = time.Second
		o.Limits.WriteTime, o.Limits.RequestTime = 300*time.Millisecond, 300*time.Millisecond
	})
	got := make(chan byte)
	h.Engine.PUT("/file", h.Gin(Route{Permission: Public, Class: Upload}), func(c *gin.Context) {
		for one := make([]byte, 1); ; {
			if _, err := io.ReadFull(c.Request.Body, one); err != nil {
				break
			}
			got <- one[0]
		}
		c.Status(http.StatusCreated)
	})
	address, _ := h.listen(t.Context())
	conn, r := dial(t, address)
	_, _ = fmt.Fprintf(conn, "PUT /file HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n")
	tick := time.NewTicker(150 * time.Millisecond) // 1.2 s in all
	defer tick.Stop()
	for i := range 8 {
		<-tick.C
		if _, err := conn.Write([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
		select {
		case b := <-got:
			want(t, "byte", b, byte(i))
		case <-time.After(patience):
			t.Fatal("the byte did not arrive")
		}
	}
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	want(t, "status", res.StatusCode, 201)
}

// A handler that works longer than the body may take must not be told that its client hung up.
func TestALongHandlerKeepsItsContext(t *testing.T) {
	h := newHarness(t, brief)
	work := func(c *gin.Context) {
		select {
		case <-c.Request.Context().Done():
			c.Status(http.StatusGone)
		case <-time.After(700 * time.Millisecond):
			c.Status(http.StatusOK)
		}
	}
	h.Engine.POST("/json", h.Gin(Route{Permission: Public}), work)
	h.Engine.GET("/json", h.Gin(Route{Permission: Public}), work)
	address, _ := h.listen(t.Context())
	for _, send := range []string{"POST /json HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", "GET /json HTTP/1.1\r\nHost: x\r\n\r\n"} {
		conn, r := dial(t, address)
		_, _ = io.WriteString(conn, send)
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		want(t, send[:4], res.StatusCode, 200)
	}
}

func TestAHandlerThatTakesTooLongIsTold(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.Limits.RequestTime = 10 * time.Millisecond })
	h.Engine.GET("/x", h.Gin(Route{Permission: Public}), func(c *gin.Context) {
		<-c.Request.Context().Done()
		h.Fail(c, c.Request.Context().Err())
	})
	a := h.call("GET", "/x", "")
	want(t, "status", a.Code, 503)
	want(t, "code", a.problem()["code"], any("unavailable"))
}

func TestLongHeadersAreRefused(t *testing.T) {
	h := newHarness(t, nil)
	address, _ := h.listen(t.Context())
	conn, r := dial(t, address)
	go func() {
		_, _ = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nX-A: %s\r\n\r\n", strings.Repeat("a", 64<<10))
	}()
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	want(t, "status", res.StatusCode, http.StatusRequestHeaderFieldsTooLarge)
}

func TestStoppingFinishesWhatItBegan(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.Limits.DrainTime = 50 * time.Millisecond })
	begun, release := make(chan struct{}), make(chan struct{})
	h.Engine.GET("/x", func(c *gin.Context) { close(begun); <-release; c.String(200, "finished") })
	ctx, stop := context.WithCancel(t.Context())
	address, stopped := h.listen(ctx)
	conn, r := dial(t, address)
	_, _ = io.WriteString(conn, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
	<-begun
	stop()
	for !h.stopping.Load() {
		select {
		case <-stopped:
			t.Fatal("it did not wait")
		case <-time.After(time.Millisecond):
		}
	}
	want(t, "it says that it is stopping", h.call("GET", "/readyz", "").Code, 503)
	close(release)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	want(t, "answer", string(body), "finished")
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestStoppingEndsWhatDoesNotEnd(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.Limits.ShutdownTime = 50 * time.Millisecond })
	begun := make(chan struct{})
	h.Engine.GET("/x", func(c *gin.Context) { close(begun); <-c.Request.Context().Done() })
	ctx, stop := context.WithCancel(t.Context())
	address, stopped := h.listen(ctx)
	conn, _ := dial(t, address)
	_, _ = io.WriteString(conn, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
	<-begun
	stop()
	if err := <-stopped; !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestAClientThatHangsUpIsNoFailureOfOurs(t *testing.T) {
	h := newHarness(t, nil)
	ctx, hangUp := context.WithCancel(t.Context())
	h.Engine.GET("/x", func(c *gin.Context) {
		hangUp()
		h.Fail(c, fmt.Errorf("query: %w", c.Request.Context().Err()))
	})
	r, _ := http.NewRequestWithContext(ctx, "GET", "/x", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	want(t, "status", w.Code, statusClientGone)
	for _, line := range h.log.Lines(t, "request failed") {
		if line["level"] == "ERROR" {
			t.Error("logged as an error")
		}
	}
}
