package s3server

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7/pkg/signer"
)

const access, secret = "demo", "demo-secret"

// world is a handler on a folder, without a network.
func world(t *testing.T) (*handler, string) {
	t.Helper()
	dir := t.TempDir()
	files, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := files.close(); err != nil {
			t.Error(err)
		}
	})
	if err := files.makeBucket("files"); err != nil {
		t.Fatal(err)
	}
	return &handler{files: files, keys: keys{access: access, secret: secret}}, dir
}

// ask makes a signed request; change meddles with it after it was signed.
func ask(h *handler, method, target, kind, body string, headers map[string]string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("X-Amz-Content-Sha256", kind)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	signed := signer.SignV4(*r, access, secret, "", region)
	if change != nil {
		change(signed)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, signed)
	return w
}

func TestOnlyTheSignedRequestIsTaken(t *testing.T) {
	h, _ := world(t)
	if got := ask(h, http.MethodPut, "/files/a%20b?x=1", unsigned, "x", nil, nil); got.Code != http.StatusOK {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	for name, change := range map[string]func(*http.Request){
		"another method": func(r *http.Request) { r.Method = http.MethodDelete },
		"another path":   func(r *http.Request) { r.URL.Path = "/files/other" },
		"another query":  func(r *http.Request) { r.URL.RawQuery = "x=2" },
		"another host":   func(r *http.Request) { r.Host = "elsewhere" },
		"another header": func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", unsignedTrailer) },
		"no signature":   func(r *http.Request) { r.Header.Del("Authorization") },
		"no date":        func(r *http.Request) { r.Header.Del("X-Amz-Date") },
		"another account": func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), access+"/", "root/", 1))
		},
		"not the host": func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "host;", "", 1))
		},
	} {
		if got := ask(h, http.MethodPut, "/files/a%20b?x=1", unsigned, "x", nil, change); got.Code != http.StatusForbidden {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
}

func TestASignatureIsGoodForAQuarterOfAnHour(t *testing.T) {
	h, _ := world(t)
	r := httptest.NewRequest(http.MethodHead, "/files/", nil)
	r.Header.Set("X-Amz-Content-Sha256", unsigned)
	signed := signer.SignV4(*r, access, secret, "", region)
	for after, want := range map[time.Duration]error{0: nil, -20 * time.Minute: errClock, 14 * time.Minute: nil, 16 * time.Minute: errClock} {
		if err := h.keys.check(signed, time.Now().Add(after)); err != want {
			t.Errorf("after %s: %v, want %v", after, err, want)
		}
	}
}

func TestABodyIsTakenWholeOrNotAtAll(t *testing.T) {
	h, dir := world(t)
	sum := base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.Checksum([]byte("abcde"), castagnoli)))
	good := "3\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32c:" + sum + "\n\r\n\r\n"
	for name, c := range map[string]struct {
		body   string
		size   int
		status int
	}{
		"good":            {good, 5, http.StatusOK},
		"wrong checksum":  {strings.Replace(good, sum, "AAAAAA==", 1), 5, http.StatusBadRequest},
		"changed":         {strings.Replace(good, "abc", "abd", 1), 5, http.StatusBadRequest},
		"no checksum":     {good[:strings.Index(good, "x-amz")], 5, http.StatusBadRequest},
		"cut in a piece":  {good[:5], 5, http.StatusBadRequest},
		"cut between":     {good[:8], 5, http.StatusBadRequest},
		"shorter":         {good, 6, http.StatusBadRequest},
		"longer":          {good, 4, http.StatusBadRequest},
		"no framing":      {"abcde", 5, http.StatusBadRequest},
		"negative length": {"-3\r\nabc\r\n0\r\n", 5, http.StatusBadRequest},
		"endless line":    {strings.Repeat("0", 1<<16), 5, http.StatusBadRequest},
	} {
		got := ask(h, http.MethodPut, "/files/"+strings.ReplaceAll(name, " ", "-"), unsignedTrailer, c.body,
			map[string]string{"X-Amz-Decoded-Content-Length": strconv.Itoa(c.size), "X-Amz-Trailer": checksumTrailer}, nil)
		if got.Code != c.status {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	if stored, err := os.ReadFile(filepath.Join(dir, "objects/files/good")); err != nil || string(stored) != "abcde" {
		t.Errorf("%q, %v", stored, err)
	}
	for folder, want := range map[string]int{"objects/files": 1, "incoming": 0} {
		if left, err := os.ReadDir(filepath.Join(dir, folder)); err != nil || len(left) != want {
			t.Errorf("%s: %v, %v", folder, left, err)
		}
	}
}

func TestNothingOutsideTheFolderIsReached(t *testing.T) {
	h, dir := world(t)
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Dir(dir), filepath.Join(dir, "objects/files/out")); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/files/../../secret", "/files/..%2f..%2fsecret", "/../secret", "/%2e%2e/secret", "/files/out/x", "/files//x",
		"/files/x/", "/files/."} {
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
			if got := ask(h, method, target, unsigned, "x", nil, nil); got.Code < 400 {
				t.Errorf("%s %s: %d %s", method, target, got.Code, got.Body)
			}
		}
	}
	if kept, err := os.ReadFile(filepath.Join(dir, "secret")); err != nil || string(kept) != "s" {
		t.Errorf("%q, %v", kept, err)
	}
}

func TestWhatTheProgramNeverAsksForIsNotImplemented(t *testing.T) {
	h, _ := world(t)
	for target, method := range map[string]string{"/files/?uploads": http.MethodGet, "/files/?policy": http.MethodPut, "/files/x": http.MethodPost,
		"/files/?list-type=2&delimiter=/": http.MethodGet} {
		if got := ask(h, method, target, unsigned, "", nil, nil); got.Code != http.StatusNotImplemented {
			t.Errorf("%s %s: %d %s", method, target, got.Code, got.Body)
		}
	}
	for _, kind := range []string{"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", strings.Repeat("0", 64)} {
		if got := ask(h, http.MethodPut, "/files/x", kind, "x", nil, nil); got.Code != http.StatusNotImplemented {
			t.Errorf("%s: %d", kind, got.Code)
		}
	}
}

// A folder goes with its last object, while others are put into it: neither may harm the other.
func TestFoldersComeAndGoWithTheirObjects(t *testing.T) {
	h, dir := world(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 200 {
			if err := h.files.remove("files", "a/b/gone"); err != nil {
				t.Error(err)
			}
		}
	}()
	for range 200 {
		if _, err := h.files.put("files", "a/b/gone", strings.NewReader("x")); err != nil {
			t.Error(err)
		}
	}
	<-done
	if err := h.files.remove("files", "a/b/gone"); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "objects/files")); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
	if _, err := h.files.put("files", "a/b", io.LimitReader(strings.NewReader("x"), 1)); err != nil {
		t.Errorf("a name that was a folder's: %v", err)
	}
}
