package document

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

func TestNamesBesideATakenOne(t *testing.T) {
	long := strings.Repeat("あ", maxName-len(".pdf"))
	for name, want := range map[string][]string{
		"image.jpg":                   {"image.jpg", "image (2).jpg", "image (3).jpg"},
		"image (2).jpg":               {"image (2).jpg", "image (3).jpg", "image (4).jpg"},
		"image (9).jpg":               {"image (9).jpg", "image (10).jpg", "image (11).jpg"},
		"image(2).jpg":                {"image(2).jpg", "image(2) (2).jpg", "image(2) (3).jpg"},
		"image (0).jpg":               {"image (0).jpg", "image (0) (2).jpg", "image (0) (3).jpg"},
		"image (12345).jpg":           {"image (12345).jpg", "image (12345) (2).jpg", "image (12345) (3).jpg"},
		"image":                       {"image", "image (2)", "image (3)"},
		"image (2)":                   {"image (2)", "image (3)", "image (4)"},
		"a.b.jpg":                     {"a.b.jpg", "a.b (2).jpg", "a.b (3).jpg"},
		long + ".pdf":                 {long + ".pdf", long[:len(long)-4*3] + " (2).pdf", long[:len(long)-4*3] + " (3).pdf"},
		long[:750] + " x.pdf":         {long[:750] + " x.pdf", long[:len("あ")*247] + " (2).pdf", long[:len("あ")*247] + " (3).pdf"},
		"a." + long:                   {"a." + long, "a (2)." + long, "a (3)." + long},
		"x" + long[:735] + " (9).pdf": {"x" + long[:735] + " (9).pdf", "x" + long[:735] + " (10).pdf", "x" + long[:735] + " (11).pdf"},
	} {
		got := []string{}
		for one := range names(name) {
			if got = append(got, one); len(got) == 3 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
		for _, one := range got {
			if clean, err := cleanName(one); utf8.RuneCountInString(name) <= maxName && (err != nil || clean != one) && !strings.HasPrefix(name, "a."+long) {
				t.Errorf("%q is no name: %v", one, err)
			}
		}
	}
}

// kept is an upload that replaces nothing but what it says.
func kept(in Upload) Upload {
	in.KeepBoth = true
	return in
}

// ways are the ways in which a file comes that keeps both.
var ways = map[string]func(w *world, app *models.Application, name string, body []byte, replaces string) (*Received, error){
	"whole": func(w *world, app *models.Application, name string, body []byte, replaces string) (*Received, error) {
		in := kept(upload(app, name, body))
		in.Replaces = replaces
		return w.service.Receive(w.T.Context(), w.Parent, in)
	},
	"as a stream": func(w *world, app *models.Application, name string, body []byte, replaces string) (*Received, error) {
		in := kept(streaming(app, name, bytes.NewReader(body)))
		in.Replaces = replaces
		return w.service.ReceiveStream(w.T.Context(), w.Parent, in)
	},
	"in parts": func(w *world, app *models.Application, name string, body []byte, replaces string) (*Received, error) {
		begin := beginning(app, name, len(body))
		begin.Replaces = replaces
		p, err := w.service.Begin(w.T.Context(), w.Parent, begin)
		if err != nil {
			return nil, err
		}
		end := Ending{Naming: Naming{KeepBoth: true, Replaces: replaces}}
		for number, rest := range slices.Collect(slices.Chunk(body, inParts().PartSize)) {
			sum := sha256.Sum256(rest)
			end.Sent = append(end.Sent, sum[:])
			if err := w.service.PutPart(w.T.Context(), w.Parent, part(app, p, body, number+1)); err != nil {
				return nil, err
			}
		}
		return w.service.Finish(w.T.Context(), w.Parent, app.ID, p.ID, end)
	},
}

// stored are the names of the files that are there, with their contents' digests.
func (w *world) stored(app *models.Application) map[string]string {
	w.T.Helper()
	out := map[string]string{}
	w.Exec(`update files set scan = 'clean' where state = 'stored'`)
	for _, f := range w.files(app) {
		if f.State != models.FileStored {
			continue
		}
		d, err := w.service.Content(w.T.Context(), w.Parent, app.ID, f.ID)
		if err != nil {
			w.T.Fatal(err)
		}
		_ = d.Body.Close()
		body, err := w.read(app, f.ID)
		if err != nil || out[d.Name] != "" {
			w.T.Errorf("%s: %v, or twice", d.Name, err)
		}
		out[d.Name] = digest(body)
	}
	return out
}

func (w *world) wantStored(what string, app *models.Application, want map[string][]byte) {
	w.T.Helper()
	got := w.stored(app)
	for name, body := range want {
		if got[name] != digest(body) {
			w.T.Errorf("%s: %s is not what was sent: %v", what, name, got)
		}
	}
	if len(got) != len(want) {
		w.T.Errorf("%s: there are %v", what, got)
	}
}

// A phone calls every photo image.jpg: other bytes are another file, the same bytes are the same one, whichever way they come.
func TestTwoPhotosOfOneNameAreTwoFiles(t *testing.T) {
	a, b, c := pdf(1000), pdf(1001), pdf(1002)
	long := strings.Repeat("x", maxName-4) + ".pdf"
	short := strings.Repeat("x", maxName-8) + " (2).pdf"
	for way, send := range ways {
		t.Run(way, func(t *testing.T) {
			w := newWorld(t, inParts(), nil, nil)
			app := w.draft(w.Parent)
			do := func(name string, body []byte, called string) {
				t.Helper()
				if got, err := send(w, app, name, body, ""); err != nil || got.Name != called {
					t.Fatalf("%s: %+v, %v", name, got, err)
				}
			}
			do("image.pdf", a, "image.pdf")
			do("image.pdf", b, "image (2).pdf")
			do("image.pdf", a, "image.pdf")
			do("image.pdf", b, "image (2).pdf")
			do("image (2).pdf", c, "image (3).pdf")
			do(long, a, long)
			do(long, b, short)
			w.wantStored("after all", app, map[string][]byte{"image.pdf": a, "image (2).pdf": b, "image (3).pdf": c, long: a, short: b})
			w.delete(app, w.idOf(app, "image.pdf"))
			do("image.pdf", b, "image (2).pdf") // it is there, though its first name is free
			do("image.pdf", pdf(1003), "image.pdf")
			w.sweepAll()
			if n := len(w.files(app)); n != 5 {
				t.Errorf("%d files", n)
			}
		})
	}
}

func (w *world) idOf(app *models.Application, name string) string {
	w.T.Helper()
	w.Exec(`update files set scan = 'clean' where state = 'stored'`)
	for _, f := range w.files(app) {
		if f.State != models.FileStored {
			continue
		}
		d, err := w.service.Content(w.T.Context(), w.Parent, app.ID, f.ID)
		if err != nil {
			w.T.Fatal(err)
		}
		_ = d.Body.Close()
		if d.Name == name {
			return f.ID
		}
	}
	w.T.Fatalf("there is no %s", name)
	return ""
}

// All come at once, under one name: each that is different stays, each that is the same is one.
func TestPhotosOfOneNameAtOnce(t *testing.T) {
	for way, send := range ways {
		t.Run(way, func(t *testing.T) {
			w := newWorld(t, inParts(), nil, nil)
			app := w.draft(w.Parent)
			var group sync.WaitGroup
			bodies := make([][]byte, 3)
			for i := range bodies {
				bodies[i] = pdf(2000) // of one size, so that they meet in one upload
				bodies[i][1500] = byte(i)
				for range 2 {
					group.Go(func() {
						for range 50 { // as the page does when its parts were replaced by another's
							if _, err := send(w, app, "image.pdf", bodies[i], ""); err == nil {
								return
							}
						}
						t.Errorf("%d was never taken", i)
					})
				}
			}
			group.Wait()
			got := w.stored(app)
			for i, body := range bodies {
				found := 0
				for _, sum := range got {
					if sum == digest(body) {
						found++
					}
				}
				if found != 1 {
					t.Errorf("photo %d is there %d times: %v", i, found, got)
				}
			}
			if len(got) != len(bodies) || got["image.pdf"] == "" || got["image (2).pdf"] == "" || got["image (3).pdf"] == "" {
				t.Errorf("there are %v", got)
			}
		})
	}
}

// The limit of files holds for names that are given too, and replacing one needs no place.
func TestTheLimitHoldsForNamesThatAreGiven(t *testing.T) {
	for way, send := range ways {
		t.Run(way, func(t *testing.T) {
			opt := inParts()
			opt.MaxFiles = 2
			w := newWorld(t, opt, nil, nil)
			app := w.draft(w.Parent)
			for i := range 2 {
				if _, err := send(w, app, "image.pdf", pdf(1000+i), ""); err != nil {
					t.Fatal(err)
				}
			}
			_, err := send(w, app, "image.pdf", pdf(1002), "")
			wantFault(t, "one too many", err, fault.Refused, fault.CodeInvalidFile, "too-many-files")
			got, err := send(w, app, "another.pdf", pdf(1003), w.idOf(app, "image.pdf"))
			if err != nil || got.Replaced == nil || got.Replaced.Sha256 != digest(pdf(1000)) || got.Replaced.Kept {
				t.Fatalf("%+v, %v", got, err)
			}
			w.wantStored("replaced", app, map[string][]byte{"another.pdf": pdf(1003), "image (2).pdf": pdf(1001)})
		})
	}
}

// What is replaced is said: by an act of its own, and by the same name in a PUT. What was handed in, or is of another document,
// is not replaced by such an act.
func TestReplacingSaysWhatItReplaced(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	first := w.receive(upload(app, "a.pdf", pdf(1000)))
	if first.Replaced != nil {
		t.Errorf("the first replaced %+v", first.Replaced)
	}
	second := w.receive(upload(app, "a.pdf", pdf(1001)))
	if second.Replaced == nil || *second.Replaced != (Replaced{ID: first.ID, Size: 1000, Sha256: first.Sha256}) {
		t.Errorf("the second replaced %+v", second.Replaced)
	}
	other := kept(upload(app, "b.pdf", pdf(1002)))
	other.Document, other.Subject = support, "child-1"
	other.Replaces = second.ID
	_, err := w.service.Receive(t.Context(), w.Parent, other)
	wantFault(t, "of another document", err, fault.NotFound, fault.CodeNotFound, "")
	for _, id := range []string{models.NewID(), "nothing"} {
		_, err = ways["as a stream"](w, app, "b.pdf", pdf(1002), id)
		wantFault(t, "of nothing", err, fault.NotFound, fault.CodeNotFound, "")
	}
	w.file(app, models.ItemAwaiting, models.ItemAwaiting)
	_, err = ways["whole"](w, app, "b.pdf", pdf(1002), second.ID)
	wantFault(t, "handed in", err, fault.Conflict, fault.CodeNotAllowedNow, "")
	w.wantStored("afterwards", app, map[string][]byte{"a.pdf": pdf(1001)})
	third := w.receive(upload(app, "a.pdf", pdf(1003)))
	if third.Replaced == nil || *third.Replaced != (Replaced{ID: second.ID, Size: 1001, Sha256: second.Sha256, Kept: true}) {
		t.Errorf("what was handed in: %+v", third.Replaced)
	}
}
