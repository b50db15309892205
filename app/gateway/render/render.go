package render

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
)

// Arg makes a process of this program a renderer.
const Arg = "render-view-copy"

// Limits bound one file. Zero members take their defaults.
type Limits struct {
	Time      time.Duration `json:"-"`         // default 60 s
	CPU       uint64        `json:"cpu"`       // seconds of the processor, by Time
	Memory    uint64        `json:"memory"`    // bytes of the process, default 1 GiB
	Output    int64         `json:"-"`         // bytes of all pages, default 64 MiB
	Pages     int           `json:"pages"`     // default 50; what is longer is cut off, and said to be
	Pixels    int           `json:"pixels"`    // of an image before it is made smaller, default 64 million
	Side      int           `json:"side"`      // longest side of a page in pixels, default 2,000
	Thumbnail int           `json:"thumbnail"` // longest side of the thumbnail, default 240
	Cache     string        `json:"cache"`     // folder that keeps the compiled PDF renderer; without it each PDF costs seconds more
}

func (l *Limits) fill() {
	if l.Time <= 0 {
		l.Time = time.Minute
	}
	if l.Memory == 0 {
		l.Memory = 1 << 30
	}
	if l.Output <= 0 {
		l.Output = 64 << 20
	}
	for at, standard := range map[*int]int{&l.Pages: 50, &l.Pixels: 64_000_000, &l.Side: 2_000, &l.Thumbnail: 240} {
		if *at <= 0 {
			*at = standard
		}
	}
}

// Page is one page as a JPEG.
type Page struct {
	Number        int // from 1; 0 is the thumbnail of the first page
	Width, Height int // pixels
	JPEG          []byte
}

// Copy says what was made.
type Copy struct {
	Pages int // that were rendered
	Total int // that the file has
}

// The codes of what cannot be rendered, in Extra "reason" of the error.
const (
	ReasonUnsupported = "unsupported" // no safe copy is made of this type
	ReasonDamaged     = "damaged"     // it cannot be decoded
	ReasonTooLarge    = "too-large"   // more pixels than the limit
	ReasonProtected   = "protected"   // a PDF with a password
	ReasonEmpty       = "empty"       // a PDF without a page
	ReasonTime        = "time"        // it took more time than it may: with more patience it may be made
	ReasonLimits      = "limits"      // it took more memory or output than it may
)

// Renderer makes view copies. It may be used from any number of goroutines.
type Renderer struct {
	program string
	limits  Limits
}

// New makes a renderer; program is the executable to start, this one if it is empty.
func New(program string, limits Limits) (*Renderer, error) {
	limits.fill()
	if program == "" {
		var err error
		if program, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	return &Renderer{program: program, limits: limits}, nil
}

// Types are the media types of which a safe copy is made.
var Types = []string{"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff", "image/heic", "image/heif"}

// order is the first line that the process reads.
type order struct {
	MediaType string `json:"media_type"`
	Limits    Limits `json:"limits"`
}

// reply is the line before each page, and the last one.
type reply struct {
	Page   int    `json:"page"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Size   int64  `json:"size,omitempty"`
	End    bool   `json:"end,omitempty"`
	Total  int    `json:"total,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Render reads a file and hands each page to each, in order, the thumbnail last. patience is how many times the limit of time it
// may take, at least 1. Error: Refused (invalid-file) with Extra
// "reason", one of the codes above; or what each or the reader returned.
func (r *Renderer) Render(ctx context.Context, mediaType string, file io.Reader, patience int, each func(Page) error) (Copy, error) {
	if !slices.Contains(Types, mediaType) {
		return Copy{}, refuse(ReasonUnsupported)
	}
	limits := r.limits
	limits.Time *= time.Duration(max(1, patience))
	limits.CPU = 2 * uint64(1+limits.Time/time.Second) //nolint:gosec // positive
	limited, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	first, err := json.Marshal(order{mediaType, limits})
	if err != nil {
		return Copy{}, err
	}
	source := &reader{Reader: file}
	cmd := exec.CommandContext(limited, r.program, Arg)
	cmd.Env = []string{"GOMEMLIMIT=" + fmt.Sprint(r.limits.Memory*3/4), "GOTRACEBACK=none"}
	cmd.Dir = os.TempDir()
	cmd.Stdin = io.MultiReader(bytes.NewReader(append(first, '\n')), source)
	cmd.WaitDelay = time.Second
	confine(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return Copy{}, err
	}
	if err := cmd.Start(); err != nil {
		return Copy{}, fmt.Errorf("start the renderer: %w", err)
	}
	done, readErr := r.pages(bufio.NewReaderSize(out, 64<<10), each)
	if errors.Is(readErr, errEnded) && errors.Is(limited.Err(), context.DeadlineExceeded) {
		readErr = refuse(ReasonTime)
	} else if errors.Is(readErr, errEnded) {
		readErr = refuse(ReasonLimits)
	}
	cancel() // it has nothing left to say, or must not say more
	_ = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return Copy{}, ctx.Err()
	case source.err != nil:
		return Copy{}, source.err
	}
	return done, readErr
}

// reader remembers a failure of the file itself, which is not the file's fault.
type reader struct {
	io.Reader
	err error
}

// Read reads.
func (r *reader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// errEnded says that the process ended too early, by its limits as a rule.
var errEnded = errors.New("the renderer ended")

// longestLine bounds a line of the process, which is not believed either.
const longestLine = 1 << 10

func (r *Renderer) pages(in *bufio.Reader, each func(Page) error) (Copy, error) {
	var done Copy
	left := r.limits.Output
	for {
		line, err := readLine(in)
		var said reply
		if err != nil || json.Unmarshal(line, &said) != nil {
			return done, errEnded
		}
		switch {
		case said.Reason != "":
			return done, refuse(said.Reason)
		case said.End:
			done.Total = max(said.Total, done.Pages)
			return done, nil
		case said.Size <= 0 || said.Size > left || said.Page < 0 || said.Page > r.limits.Pages:
			return done, refuse(ReasonLimits)
		}
		page := Page{Number: said.Page, Width: said.Width, Height: said.Height, JPEG: make([]byte, said.Size)}
		if _, err := io.ReadFull(in, page.JPEG); err != nil {
			return done, errEnded
		}
		left -= said.Size
		if said.Page > 0 {
			done.Pages++
		}
		if err := each(page); err != nil {
			return done, err
		}
	}
}

func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if err == nil && len(line) > longestLine {
		err = io.ErrShortBuffer
	}
	return line, err
}

// Reasons are all codes of what cannot be rendered.
var Reasons = []string{ReasonUnsupported, ReasonDamaged, ReasonTooLarge, ReasonProtected, ReasonEmpty, ReasonTime, ReasonLimits}

func refuse(reason string) *fault.Error {
	if !slices.Contains(Reasons, reason) { // a process is not believed
		reason = ReasonDamaged
	}
	return fault.New(fault.Refused, fault.CodeInvalidFile, "").Note("reason", reason)
}

// Warm compiles the PDF renderer into the cache, so that nobody's first PDF waits for it. Without a cache it does nothing.
func (r *Renderer) Warm(ctx context.Context) error {
	if r.limits.Cache == "" {
		return nil
	}
	_, err := r.Render(ctx, "application/pdf", strings.NewReader(blank), 5, func(Page) error { return nil })
	return err
}

// blank is a PDF of one empty page.
const blank = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n" +
	"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
