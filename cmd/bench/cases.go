package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"kosodate.example/onestop/app/rule/jp"
)

// procedure is what the load applies for: the claim for the child allowance, the procedure that is filed most.
const procedure = "child-allowance-claim"

const (
	parents = 1000 // invented parents for load, load-0001 to load-1000
	days    = 900  // birth dates of one parent's claims: below three years, so that every case needs the same documents
)

// cases makes claims that differ: each parent claims for children born on different days, so that no claim is a second
// one for the same thing.
type cases struct {
	before, after []byte // of the birth date in the body of a request
	documents     []requirement
	tokens        []string
	newest        jp.Date // birth date of the first claims
	sequence      sequence
}

const birthMark = "@birth-date@"

// newCases takes the procedure's example from the API, as any client could. alter changes the facts; declare adds a
// declaration for each document that has to be brought.
func (b *stand) newCases(ctx context.Context, c *client, municipality string, declare bool, alter func(child map[string]any)) (*cases, error) {
	var page struct {
		Example struct{ Facts, Form map[string]any }
	}
	what := call{method: http.MethodGet, path: "/api/v1/procedures/" + procedure + "?municipality=" + municipality, status: http.StatusOK}
	if err := c.do(ctx, what, &page); err != nil {
		return nil, err
	}
	out := &cases{newest: jp.DateIn(time.Now()).AddDays(-30)}
	child, ok := firstChild(page.Example.Facts)
	if !ok {
		return nil, fmt.Errorf("the example of %s has no child", procedure)
	}
	if alter != nil {
		alter(child)
	}
	child["birth_date"] = out.newest.String()
	if err := out.plan(ctx, c, municipality, page.Example.Facts); err != nil {
		return nil, err
	}
	child["birth_date"] = birthMark
	body := map[string]any{"procedure": procedure, "municipality": municipality, "facts": page.Example.Facts, "form": page.Example.Form, "consents": []string{}}
	if declare {
		body["declarations"] = out.declarations()
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	if out.before, out.after, ok = bytes.Cut(text, []byte(birthMark)); !ok {
		return nil, fmt.Errorf("%s is not in the body", birthMark)
	}
	return out, b.sign(out)
}

func firstChild(facts map[string]any) (map[string]any, bool) {
	children, ok := facts["children"].([]any)
	if !ok || len(children) == 0 {
		return nil, false
	}
	child, ok := children[0].(map[string]any)
	return child, ok
}

// plan asks which documents such a case needs now.
func (s *cases) plan(ctx context.Context, c *client, municipality string, facts map[string]any) error {
	question, err := json.Marshal(map[string]any{"municipality": municipality, "facts": facts, "consents": []string{}})
	if err != nil {
		return err
	}
	var plan struct{ Documents []requirement }
	err = c.do(ctx, call{
		method: http.MethodPost,
		path:   "/api/v1/procedures/" + procedure + "/evidence-plan",
		json:   question,
		status: http.StatusOK,
	}, &plan)
	s.documents = plan.Documents
	return err
}

// attach are the documents that have to be brought.
func (s *cases) attach() []requirement {
	var out []requirement
	for _, r := range s.documents {
		if r.Decision == "attach" {
			out = append(out, r)
		}
	}
	return out
}

func (s *cases) declarations() []map[string]string {
	out := []map[string]string{}
	for _, r := range s.attach() {
		out = append(out, map[string]string{"document": r.Document, "subject": r.Subject, "kind": "will-follow", "reason": "発行を頼んでいます"})
	}
	return out
}

// sign makes an access token for every parent.
func (b *stand) sign(s *cases) error {
	for n := 1; n <= parents; n++ {
		token, err := b.token(fmt.Sprintf("load-%04d", n))
		if err != nil {
			return err
		}
		s.tokens = append(s.tokens, token)
	}
	return nil
}

func (b *stand) token(persona string) (string, error) {
	token, _, err := b.provider.DevToken(persona)
	return token, err
}

// next gives the token and the body of a case that was not filed yet. Birth dates run back from the newest; they come
// round after parents × days cases, far more than a run files.
func (s *cases) next() (token string, body []byte) {
	n := s.sequence.next()
	birth := s.newest.AddDays(-(n / parents % days)).String()
	body = make([]byte, 0, len(s.before)+len(birth)+len(s.after))
	body = append(append(append(body, s.before...), birth...), s.after...)
	return s.tokens[n%parents], body
}

// fileName names the n-th file of a case.
func fileName(n int) string { return "document-" + strconv.Itoa(n) + ".pdf" }
