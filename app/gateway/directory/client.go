// Package directory looks people up in a municipality's resident directory (住民記録・宛名), which names them by the resident
// id (宛名番号). It carries no individual number (P4).
package directory

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/individual"
)

// Component is the name under which the directory appears in a 503 and on /readyz.
const Component = "resident-directory"

// MaxCandidates is how many candidates Find gives at most.
const MaxCandidates = 20

// maxAnswer bounds an answer in bytes.
const maxAnswer = 256 << 10

// Options say where the directory is.
type Options struct {
	URL     string        // "https://directory.example:8444"
	TLS     *tls.Config   // of mutual.LoadClient
	Timeout time.Duration // of one call; zero is mutual.DefaultTimeout
}

// Client asks the directory. It may be used from any number of goroutines.
type Client struct{ peer *mutual.Peer }

// New makes a client; it does not connect.
func New(o Options) *Client {
	return &Client{mutual.NewPeer(mutual.Options{
		URL:       o.URL,
		TLS:       o.TLS,
		Timeout:   o.Timeout,
		Component: Component,
		MaxAnswer: maxAnswer,
		Silent:    "directory-silent",
	})}
}

// Query says whom to look for: as the person wrote it, in any width, kana or hiragana. Municipality is required, and a
// family name or its reading; the more there is, the fewer candidates.
type Query struct {
	Municipality string // six digits
	FamilyName   string
	GivenName    string
	FamilyKana   string
	GivenKana    string
	BirthDate    string // YYYY-MM-DD
	Address      string
}

// Candidate is a resident who may be the one.
type Candidate struct {
	ResidentID string   // 宛名番号
	Name       string   // family and given name, as the directory writes them
	Kana       string   // their reading
	BirthDate  string   // YYYY-MM-DD
	Address    string   // where the person lives now
	Former     []string // addresses before that the directory knows (前住所)
	Exact      bool     // reading, birth date and address (now, or a former one) all agree after normalising, and the query has all three
	Protected  bool     // 支援措置: the address is shown to named staff only
}

type queryJSON struct {
	Municipality string `json:"municipality"`
	FamilyName   string `json:"family_name"`
	GivenName    string `json:"given_name"`
	FamilyKana   string `json:"family_kana"`
	GivenKana    string `json:"given_kana"`
	BirthDate    string `json:"birth_date"`
	Address      string `json:"address"`
}

type candidateJSON struct {
	ResidentID string   `json:"resident_id"`
	Name       string   `json:"name"`
	Kana       string   `json:"kana"`
	BirthDate  string   `json:"birth_date"`
	Address    string   `json:"address"`
	Former     []string `json:"former_addresses,omitempty"`
	Protected  bool     `json:"protected"`
}

// Find gives the candidates, exact ones first, at most MaxCandidates; none is no error. Whether a candidate is exact is
// decided here and not by the directory.
//
// Errors, all with Extra "component" = Component: unavailable if the directory cannot be reached or gives no answer that
// can be used; too-many-requests; invalid-request if asking again gives the same; individual-number if the query holds
// what looks like one. A cancelled context gives its own cause. Their texts name nobody.
func (c *Client) Find(ctx context.Context, q Query) ([]Candidate, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	var answer struct {
		Candidates []candidateJSON `json:"candidates"`
	}
	if err := c.peer.Call(ctx, http.MethodPost, "/v1/residents/search", queryJSON(q), &answer); err != nil {
		return nil, err
	}
	list := make([]Candidate, 0, len(answer.Candidates))
	for _, j := range answer.Candidates {
		if err := j.check(); err != nil {
			return nil, c.peer.Unavailable(err)
		}
		if slices.ContainsFunc(list, func(other Candidate) bool { return other.ResidentID == j.ResidentID }) {
			return nil, c.peer.Unavailable(errors.New("one resident twice in an answer"))
		}
		one := Candidate{
			ResidentID: j.ResidentID,
			Name:       j.Name,
			Kana:       j.Kana,
			BirthDate:  j.BirthDate,
			Address:    j.Address,
			Former:     j.Former,
			Protected:  j.Protected,
		}
		one.Exact = q.exact(one)
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b Candidate) int {
		if a.Exact == b.Exact {
			return 0
		}
		if a.Exact {
			return -1
		}
		return 1
	})
	return list[:min(len(list), MaxCandidates)], nil
}

// Ready says whether the directory answers this client; unavailable if not. For /readyz.
func (c *Client) Ready(ctx context.Context) error {
	var answer struct {
		Status string `json:"status"`
	}
	if err := c.peer.Call(ctx, http.MethodGet, "/v1/health", nil, &answer); err != nil {
		return err
	}
	if answer.Status != "ok" {
		return c.peer.Unavailable(errors.New("it says that it is not ready"))
	}
	return nil
}

var (
	municipality = regexp.MustCompile(`^[0-9]{6}$`)
	residentID   = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`)
)

// Longest text of a name or an address, in characters.
const maxText = 300

func (q Query) check() error {
	texts := []string{q.FamilyName, q.GivenName, q.FamilyKana, q.GivenKana, q.Address, q.BirthDate}
	switch {
	case !municipality.MatchString(q.Municipality):
		return unfit("the municipality is no code")
	case q.FamilyName == "" && q.FamilyKana == "":
		return unfit("it names no family name")
	case q.BirthDate != "" && !isDate(q.BirthDate):
		return unfit("the birth date is no date")
	case slices.ContainsFunc(texts, tooLong):
		return unfit("a text is too long")
	case slices.ContainsFunc(texts, individual.InText):
		return fault.New(fault.Refused, fault.CodeIndividualNumber, "").
			Note("component", Component)
	}
	return nil
}

func unfit(what string) error {
	return fault.New(fault.Refused, fault.CodeInvalidRequest, "refused-elsewhere").Note("component", Component).
		Because(errors.New("the directory cannot be asked: " + what))
}

func tooLong(s string) bool { return utf8.RuneCountInString(s) > maxText }

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// check refuses a candidate that nothing could be done with, or whose id looks like an individual number: resident ids of
// twelve digits must be padded to the fifteen of the standard specification by the directory's adapter.
func (j candidateJSON) check() error {
	texts := append([]string{j.ResidentID, j.Name, j.Kana, j.Address}, j.Former...)
	switch {
	case !residentID.MatchString(j.ResidentID):
		return errors.New("a resident id that is none")
	case !isDate(j.BirthDate):
		return errors.New("a birth date that is no date")
	case len(j.Former) > 50, slices.ContainsFunc(texts, tooLong):
		return errors.New("a candidate that is too long")
	case slices.ContainsFunc(texts, individual.InText):
		return errors.New("a candidate with what looks like an individual number")
	}
	return nil
}
