package circular_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// bucket keeps objects in memory.
type bucket map[string][]byte

func (b bucket) Put(_ context.Context, key string, r io.Reader, _ int64, _ string) (string, error) {
	body, err := io.ReadAll(r)
	b[key] = body
	return "", err
}

func (b bucket) Get(_ context.Context, key string) (io.ReadCloser, int64, error) {
	return io.NopCloser(bytes.NewReader(b[key])), int64(len(b[key])), nil
}

func (b bucket) Remove(_ context.Context, key string) error { delete(b, key); return nil }

// scanner finds a virus in what says so.
type scanner struct{}

func (scanner) Scan(_ context.Context, r io.Reader) (clamav.Verdict, error) {
	body, err := io.ReadAll(r)
	if bytes.Contains(body, []byte("virus")) {
		return clamav.Verdict{Result: clamav.Infected, Signature: "Test"}, err
	}
	return clamav.Verdict{Result: clamav.Clean}, err
}

func service(t *testing.T) (*circular.Service, bucket, *casetest.World) {
	t.Helper()
	w, objects := casetest.New(t), bucket{}
	return circular.New(w.Dossiers, objects, scanner{}), objects, w
}

func once(key string) dossier.Request { return casetest.Request(key, key) }

func entry(number string) circular.Entry {
	return circular.Entry{Number: number, IssuedOn: "2026-04-01", Issuer: "こども庁", Title: "本格運用の開始について", PDF: []byte("%PDF-1.7 " + number)}
}

func TestTheRegisterShowsWhatWasRegistered(t *testing.T) {
	s, objects, w := service(t)
	admin := w.Admin("admin", "")
	first, err := s.Register(t.Context(), admin, once("a"), entry("府番第1号"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Register(t.Context(), admin, once("a"), entry("府番第1号"))
	if err != nil || again.ID != first.ID || len(objects) != 1 {
		t.Errorf("the same request again: %+v %v, %d objects", again, err, len(objects))
	}
	corrected := entry("府番第1号")
	corrected.Title = "訂正"
	later, err := s.Register(t.Context(), admin, once("b"), corrected)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.List(t.Context(), postgres.Page{Limit: 10})
	if err != nil || len(all) != 2 || all[0].ID != later.ID {
		t.Errorf("the register: %+v %v", all, err)
	}
	if next, err := s.List(t.Context(), postgres.Page{Limit: 10, After: later.ID}); err != nil || len(next) != 1 || next[0].ID != first.ID {
		t.Errorf("the next page: %+v %v", next, err)
	}
	found, err := s.Numbered(t.Context(), "府番第1号", "府番第2号")
	if err != nil || len(found) != 1 || found["府番第1号"].Title != "訂正" {
		t.Errorf("the later entry counts: %+v %v", found, err)
	}
	row, body, err := s.Document(t.Context(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = body.Close() }()
	if got, _ := io.ReadAll(body); string(got) != "%PDF-1.7 府番第1号" || row.Size != int64(len(got)) {
		t.Errorf("the document: %q", got)
	}
	if _, _, err := s.Document(t.Context(), models.NewID()); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another document: %v", err)
	}
}

func TestWhatCannotBeRegistered(t *testing.T) {
	s, objects, w := service(t)
	admin := w.Admin("admin", casetest.Hinata)
	for name, c := range map[string]struct {
		change func(*circular.Entry)
		at     []string
	}{
		"nothing":               {func(e *circular.Entry) { *e = circular.Entry{} }, []string{"/issued_on", "/issuer", "/number", "/pdf", "/title"}},
		"no day":                {func(e *circular.Entry) { e.IssuedOn = "2026-02-30" }, []string{"/issued_on"}},
		"a page with a PDF":     {func(e *circular.Entry) { e.PDF = []byte("<html>%PDF-1.7") }, []string{"/pdf"}},
		"a virus":               {func(e *circular.Entry) { e.PDF = []byte("%PDF-1.7 virus") }, []string{"/pdf"}},
		"too large":             {func(e *circular.Entry) { e.PDF = append([]byte("%PDF-"), make([]byte, circular.MaxSize)...) }, []string{"/pdf"}},
		"two lines":             {func(e *circular.Entry) { e.Title = "a\nb" }, []string{"/title"}},
		"an individual number":  {func(e *circular.Entry) { e.Title = "123456789018" }, []string{"/title"}},
		"a number without end":  {func(e *circular.Entry) { e.Number = string(bytes.Repeat([]byte("1 "), 60)) }, []string{"/number"}},
		"nothing but the space": {func(e *circular.Entry) { e.Issuer = "　" }, []string{"/issuer"}},
	} {
		in := entry("府番第1号")
		c.change(&in)
		_, err := s.Register(t.Context(), admin, once(name), in)
		at := map[string]bool{}
		if f := fault.As(err); f != nil {
			for _, detail := range f.Details {
				at[detail.Pointer] = true
			}
		}
		if got := slices.Sorted(maps.Keys(at)); fault.KindOf(err) != fault.Refused || !slices.Equal(got, c.at) {
			t.Errorf("%s: %v, at %v", name, err, got)
		}
	}
	for _, role := range []models.Role{models.RoleApplicant, models.RoleReviewer, models.RoleAuditor, models.RolePublic} {
		if _, err := s.Register(t.Context(), models.Actor{Role: role, Person: admin.Person, Municipality: "998010"}, once(string(role)), entry("1")); fault.KindOf(
			err,
		) != fault.Forbidden {
			t.Errorf("%s: %v", role, err)
		}
	}
	if len(objects) != 0 {
		t.Errorf("%d objects stayed", len(objects))
	}
}
