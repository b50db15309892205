package portal_test

import (
	"archive/zip"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/portal"
	"kosodate.example/onestop/app/gateway/portal/simulator"
)

func reason(err error) fault.Reason {
	if f := fault.As(err); f != nil {
		return f.Reason
	}
	return ""
}

// What is no package is refused as a whole, with its reason.
func TestWhatIsNoPackage(t *testing.T) {
	const sound = `{"format":"kosodate-intake/1","system":"s","sender":"x","batch":"b","count":1,"applications":[{}]}`
	for name, c := range map[string]struct {
		manifest string
		want     fault.Reason
	}{
		"as it is":        {sound, ""},
		"no JSON":         {"<xml>", "intake-manifest"},
		"more behind":     {sound + "{}", "intake-manifest"},
		"another format":  {strings.Replace(sound, "/1", "/2", 1), "intake-manifest"},
		"an unknown key":  {strings.Replace(sound, `"batch"`, `"x":1,"batch"`, 1), "intake-manifest"},
		"fewer than said": {strings.Replace(sound, `"count":1`, `"count":2`, 1), "intake-count"},
		"none":            {strings.Replace(strings.Replace(sound, `"count":1`, `"count":0`, 1), "[{}]", "[]", 1), "intake-size"},
		"a huge one":      {strings.Replace(sound, "{}", `{"a":"`+strings.Repeat("x", portal.MostEntry)+`"}`, 1), "intake-size"},
	} {
		files := fstest.MapFS{portal.ManifestName: {Data: []byte(c.manifest)}, portal.SignatureName: {Data: []byte("x")}}
		if _, err := portal.Read(files); reason(err) != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := portal.Read(fstest.MapFS{portal.ManifestName: {Data: []byte(sound)}}); reason(err) != "intake-package" {
		t.Errorf("without a signature: %v", err)
	}
}

func zipped(t *testing.T, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range names {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(bytes.Repeat([]byte("x"), 1000))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A ZIP with names that lead out, or that are said twice, is refused; a path of the manifest leads nowhere but to a file of the package.
func TestNothingLeadsOutOfAPackage(t *testing.T) {
	for _, names := range [][]string{{"../x"}, {"/etc/x"}, {"a", "a"}, {"a/../b"}, {`a//b`}} {
		raw := zipped(t, names...)
		if _, err := portal.Zip(bytes.NewReader(raw), int64(len(raw))); reason(err) != "intake-package" {
			t.Errorf("%v: %v", names, err)
		}
	}
	if _, err := portal.Zip(strings.NewReader("PK nothing"), 10); reason(err) != "intake-package" {
		t.Errorf("no ZIP: %v", err)
	}
	dir := t.TempDir()
	manifest := []byte(`{"format":"kosodate-intake/1","system":"s","sender":"x","batch":"b","count":1,"applications":[{}]}`)
	for name, content := range map[string][]byte{portal.ManifestName: manifest, portal.SignatureName: []byte("x"), "a": []byte("in")} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "secret")
	if err := errors.Join(os.WriteFile(outside, []byte("out"), 0o600), os.Symlink(outside, filepath.Join(dir, "link"))); err != nil {
		t.Fatal(err)
	}
	files, closer, err := portal.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closer.Close() }()
	b, err := portal.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	for path, there := range map[string]bool{"a": true, "link": false, "../a": false, "/etc/passwd": false, ".": false, "": false, "b": false} {
		body, err := b.Open(path)
		if (err == nil) != there || err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", path, err)
		}
		if err == nil {
			_ = body.Close()
		}
	}
}

// A manifest that was changed by a letter, or signed by another key, does not hold.
func TestWhoSigned(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	o := simulator.Options{System: "s", Municipality: "998010", Batch: "b", Key: key, Count: 2, Seed: 1, Now: time.Now()}
	if _, err := simulator.Make(&out, o); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := fs.ReadFile(z, portal.ManifestName)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := fs.ReadFile(z, portal.SignatureName)
	if err != nil {
		t.Fatal(err)
	}
	keys := func(k any) string {
		raw, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: k}}})
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	verify := func(manifest []byte, keys string) error {
		b, err := portal.Read(fstest.MapFS{portal.ManifestName: {Data: manifest}, portal.SignatureName: {Data: signature}})
		if err != nil {
			return err
		}
		return b.Verify(keys)
	}
	if err := verify(manifest, keys(key.Public())); err != nil {
		t.Error(err)
	}
	if err := verify(manifest, keys(other.Public())); reason(err) != "intake-signature" {
		t.Errorf("by another key: %v", err)
	}
	if err := verify(bytes.Replace(manifest, []byte("998-0001"), []byte("998-0002"), 1), keys(key.Public())); reason(err) != "intake-signature" {
		t.Errorf("changed: %v", err)
	}
}

// What is spooled is read back from anywhere, and lies on the disk in no readable form; nothing longer than it may be is kept.
func TestASpooledBody(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	body := bytes.Repeat([]byte("日向　花子 "), 1000)
	s, err := portal.Spool(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, off := range []int64{0, 1, 15, 16, 17, 5000, s.Size - 3} {
		got := make([]byte, min(40, s.Size-off))
		if _, err := s.ReadAt(got, off); err != nil || !bytes.Equal(got, body[off:off+int64(len(got))]) {
			t.Errorf("at %d: %q, %v", off, got, err)
		}
	}
	if n, err := s.ReadAt(make([]byte, 10), s.Size); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("behind its end: %d %v", n, err)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) != 0 {
		t.Errorf("files that have a name: %v %v", left, err)
	}
	if _, err := portal.Spool(bytes.NewReader(body), 100); reason(err) != "intake-size" {
		t.Errorf("too long: %v", err)
	}
}
