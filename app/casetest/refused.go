package casetest

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"testing"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// Details shows an error with what is at fault.
func Details(err error) string {
	f := fault.As(err)
	if f == nil {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%v %v", f, f.Extra)
}

// Must ends the test if something failed that has to succeed.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(Details(err))
	}
}

// Refused expects a refusal with a code, and gives it to look further.
func Refused(t testing.TB, err error, code string) *fault.Error {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Code != code {
		t.Fatalf("%s, want %s", Details(err), code)
	}
	return f
}

// RefusedAt expects a refusal with exactly these faults, in any order, each as "pointer code" or "document/subject code".
func RefusedAt(t testing.TB, err error, code string, at ...string) {
	t.Helper()
	var got []string
	for _, d := range Refused(t, err, code).Details {
		name := d.Pointer
		if d.Document != "" {
			name = d.Document + "/" + d.Subject
		}
		got = append(got, name+" "+d.Code)
	}
	slices.Sort(got)
	slices.Sort(at)
	if !slices.Equal(got, at) {
		t.Errorf("at fault:\n  %q\nwant\n  %q", got, at)
	}
}

// Request is a request with an idempotency key and a body.
func Request(key, body string) dossier.Request {
	h := sha256.Sum256([]byte(body))
	return dossier.Request{Route: "POST /test", Key: key, BodyHash: h[:]}
}

// Once is a request that nobody made before.
func Once() dossier.Request { return Request(models.NewID(), "") }

// Together runs n calls that begin at the same moment, and gives what each of them said.
func Together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var begin, done sync.WaitGroup
	begin.Add(1)
	for i := range n {
		done.Go(func() {
			begin.Wait()
			errs[i] = call(i)
		})
	}
	begin.Done()
	done.Wait()
	return errs
}
