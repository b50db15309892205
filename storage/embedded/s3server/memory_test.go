package s3server

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7/pkg/signer"
)

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// An upload of any size takes the same memory: a hundred parents at once are a hundred buffers, not a hundred files.
func TestAnUploadIsNotHeldInMemory(t *testing.T) {
	h, _ := world(t)
	const size, most = 64 << 20, 1 << 20
	sum := crc32.New(castagnoli)
	if _, err := io.CopyN(sum, zeros{}, size); err != nil {
		t.Fatal(err)
	}
	trailer := fmt.Sprintf("\r\n0\r\n%s:%s\n\r\n\r\n", checksumTrailer, base64.StdEncoding.EncodeToString(sum.Sum(nil)))
	body := io.MultiReader(strings.NewReader(strconv.FormatInt(size, 16)+"\r\n"), io.LimitReader(zeros{}, size), strings.NewReader(trailer))
	r := httptest.NewRequest(http.MethodPut, "/files/large", body)
	r.Header.Set("X-Amz-Content-Sha256", unsignedTrailer)
	r.Header.Set("X-Amz-Decoded-Content-Length", strconv.Itoa(size))
	r.Header.Set("X-Amz-Trailer", checksumTrailer)
	signed, w := signer.SignV4(*r, access, secret, "", region), httptest.NewRecorder()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	h.ServeHTTP(w, signed)
	runtime.ReadMemStats(&after)
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > most {
		t.Errorf("%d bytes were taken for an upload of %d", took, size)
	}
}
