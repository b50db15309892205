package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"kosodate.example/onestop/models"
)

// client is a client of the API, as an applicant's or an admin's browser or program would be.
type client struct {
	base string
	http *http.Client
}

// newClient makes a client for so many calls at once; each keeps its connection.
func newClient(base string, calls int) *client {
	return &client{base: base, http: &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{
		MaxIdleConns:        2 * calls,
		MaxIdleConnsPerHost: 2 * calls,
		DisableCompression:  true,
		WriteBufferSize:     64 << 10,
	}}}
}

// call is one request.
type call struct {
	method, path, token string
	key                 bool      // with a new Idempotency-Key
	version             int       // If-Match; 0: none
	json                []byte    // the body, if it is JSON
	media               string    // of such a body; empty: application/json
	body                io.Reader // else the body, of size bytes
	size                int64
	status              int // wanted
}

// do sends the request and reads the answer into out, if that is not nil. Any other status than the wanted one is an
// error that quotes the answer.
func (c *client) do(ctx context.Context, what call, out any) (err error) {
	body := what.body
	if what.json != nil {
		body = bytes.NewReader(what.json)
	}
	req, err := http.NewRequestWithContext(ctx, what.method, c.base+what.path, body)
	if err != nil {
		return err
	}
	if what.body != nil {
		req.ContentLength = what.size
		req.Header.Set("Content-Type", "application/pdf")
	}
	if what.json != nil {
		req.Header.Set("Content-Type", cmp.Or(what.media, "application/json"))
	}
	if what.version > 0 {
		req.Header.Set("If-Match", strconv.Quote(strconv.Itoa(what.version)))
	}
	if what.key {
		req.Header.Set("Idempotency-Key", models.NewID())
	}
	if what.token != "" {
		req.Header.Set("Authorization", "Bearer "+what.token)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != what.status {
		return fmt.Errorf("%s %s: %s: %.600s", what.method, what.path, res.Status, answer)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// requirement is one document of a plan.
type requirement struct{ Document, Subject, Item, Decision, Reason string }

// filed is the answer to a filing.
type filed struct {
	ID        string    `json:"id"`
	Receipt   string    `json:"receipt_number"`
	ArrivedAt time.Time `json:"arrived_at"`
	Plan      struct{ Documents []requirement }
}

// fileWhole files a case in one request; out may be nil, which spares reading the answer.
func (c *client) fileWhole(ctx context.Context, token string, body []byte, out *filed) error {
	what := call{
		method: http.MethodPost,
		path:   "/api/v1/filings",
		token:  token,
		key:    true,
		json:   body,
		status: http.StatusCreated,
	}
	if out == nil {
		return c.do(ctx, what, nil)
	}
	return c.do(ctx, what, out)
}

// draft begins an application and gives its id.
func (c *client) draft(ctx context.Context, token string, body []byte) (string, error) {
	var made struct{ ID string }
	err := c.do(ctx, call{
		method: http.MethodPost,
		path:   "/api/v1/applications",
		token:  token,
		key:    true,
		json:   body,
		status: http.StatusCreated,
	}, &made)
	return made.ID, err
}

// upload attaches a file to a draft.
func (c *client) upload(ctx context.Context, token, id string, r requirement, name string, body io.Reader, size int64) error {
	path := "/api/v1/applications/" + id + "/documents/" + url.PathEscape(r.Document) + "/" + url.PathEscape(r.Subject) + "/files/" + url.PathEscape(name)
	return c.do(ctx, call{
		method: http.MethodPut,
		path:   path,
		token:  token,
		body:   body,
		size:   size,
		status: http.StatusCreated,
	}, nil)
}

// file files a draft.
func (c *client) file(ctx context.Context, token, id string) error {
	return c.do(ctx, call{
		method: http.MethodPost,
		path:   "/api/v1/applications/" + id + "/file",
		token:  token,
		key:    true,
		status: http.StatusCreated,
	}, nil)
}

// patch saves a draft that has the version.
func (c *client) patch(ctx context.Context, token, id string, version int) error {
	return c.do(ctx, call{
		method:  http.MethodPatch,
		path:    "/api/v1/applications/" + id,
		token:   token,
		version: version,
		media:   "application/merge-patch+json",
		json:    []byte(`{"consents":["income"]}`),
		status:  http.StatusOK,
	}, nil)
}
