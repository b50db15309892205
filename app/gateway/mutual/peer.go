package mutual

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
)

// DefaultTimeout bounds one call, from connecting to the last byte of the answer.
const DefaultTimeout = 10 * time.Second

// Options say where a peer is and how its failures are named.
type Options struct {
	URL       string        // "https://nws.example:8443", a path before the calls' own is kept
	TLS       *tls.Config   // of LoadClient or Authority.Client; nil uses the system's authorities and no certificate
	Timeout   time.Duration // of one call; zero is DefaultTimeout
	Component string        // the name in a 503 and on /readyz, "inter-agency-network"
	Silent    fault.Reason  // what it is said to be when it is down
	MaxAnswer int64         // bytes; an answer above is refused
}

// Peer calls one service. It may be used from any number of goroutines.
type Peer struct {
	base string
	o    Options
	http *http.Client
}

// NewPeer makes a peer; it does not connect.
func NewPeer(o Options) *Peer {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	transport := &http.Transport{
		TLSClientConfig:        o.TLS.Clone(),
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    o.Timeout,
		MaxIdleConnsPerHost:    64,
		MaxConnsPerHost:        64,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 32 << 10,
		DisableCompression:     true, // a small answer may not unfold into a huge one
	}
	return &Peer{base: strings.TrimRight(o.URL, "/"), o: o, http: &http.Client{
		Transport: transport, Timeout: o.Timeout,
		// A redirect would carry a resident's id to an address that nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Call sends in as JSON (nothing if nil) and reads the answer strictly into out: unknown members, other media types, text
// behind the value and answers above MaxAnswer are refused. The path's variable parts are escaped by the caller.
//
// Errors: fault.Unavailable if the peer cannot be reached or answers with anything that is no answer; those of refusal
// for a status of 400 or above; the caller's own cause if its context was cancelled. It is not known then whether the peer
// took the call: whoever repeats it does so under the same idempotency key.
func (p *Peer) Call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("mutual: %w", err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, body)
	if err != nil {
		return p.Unavailable(errors.New("the address of the peer is no URL"))
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	res, err := p.http.Do(req)
	if err != nil {
		return p.failure(ctx, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, p.o.MaxAnswer+1))
	if err != nil {
		return p.failure(ctx, err)
	}
	if int64(len(text)) > p.o.MaxAnswer {
		return p.Unavailable(fmt.Errorf("status %d with more than %d bytes", res.StatusCode, p.o.MaxAnswer))
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return p.refused(res, text)
	}
	if media, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return p.Unavailable(fmt.Errorf("status %d with something else than JSON", res.StatusCode))
	}
	if err := Decode(text, out); err != nil {
		return p.Unavailable(fmt.Errorf("status %d: %w", res.StatusCode, err))
	}
	return nil
}

// failure gives a caller that gave up its own reason back; a deadline counts as the peer's delay. The URL, which may name
// an inquiry, goes out of the cause.
func (p *Peer) failure(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	return p.Unavailable(err)
}

// errNotAgreed hides the decoder's own text, which may quote what was answered.
var errNotAgreed = errors.New("the answer is not the JSON that was agreed on")

// Decode reads one JSON value strictly: no unknown member, nothing behind it. The error tells nothing of the text.
func Decode(text []byte, out any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if d.Decode(out) != nil || len(bytes.TrimSpace(text[d.InputOffset():])) > 0 {
		return errNotAgreed
	}
	return nil
}
