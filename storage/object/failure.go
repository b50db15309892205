package object

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/minio/minio-go/v7"

	"kosodate.example/onestop/app/fault"
)

// errStalled is the cause of a call that was given up because the server took or gave nothing for too long.
var errStalled = errors.New("object store: no byte moved for too long")

func unavailable(cause error) error {
	return fault.New(fault.Unavailable, fault.CodeUnavailable, "store-silent").
		Note("component", Component).Because(cause)
}

// full says that the store answers and has no room for more; what it keeps can be read.
func full(cause error) error {
	return fault.New(fault.Unavailable, fault.CodeUnavailable, fault.ReasonStoreFull).
		Note("component", Component).Note("retry_after", "60").Because(cause)
}

func notFound(cause error) error {
	return fault.New(fault.NotFound, fault.CodeNotFound, "").Because(cause)
}

// ErrKey means that a key is not one that every S3 server takes. Keys are made by the program: it is a mistake in it.
var ErrKey = errors.New("object store: a key is 1 to 1,024 bytes of UTF-8")

func checkKey(key string) error {
	if key == "" || len(key) > 1024 || !utf8.ValidString(key) {
		return fmt.Errorf("%w: %q", ErrKey, key)
	}
	return nil
}

// failure turns what minio-go returned into the errors of this package. A caller that gave up gets its own reason
// back; a deadline counts as the store's delay.
func (s *Store) failure(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	switch cause := context.Cause(ctx); {
	case cause == nil:
	case errors.Is(cause, context.DeadlineExceeded), errors.Is(cause, errStalled):
		return unavailable(cause)
	default:
		return cause
	}
	answer := minio.ToErrorResponse(err)
	switch {
	case answer.Code == "NoSuchKey":
		return notFound(err)
	case isFull(answer):
		return full(err)
	case answer.StatusCode == http.StatusNotFound && answer.Code != "NoSuchBucket":
		return notFound(err) // HEAD has no body that could say which
	}
	return unavailable(err)
}

// isFull knows the answers of a MinIO whose disk is full: 507 to what it would keep beside its index, 500 with the system's words to what is
// larger. Its third, a 400 that blames the body, cannot be told from another; see takes.
func isFull(answer minio.ErrorResponse) bool {
	return answer.StatusCode == http.StatusInsufficientStorage || answer.Code == "XMinioStorageFull" ||
		answer.StatusCode == http.StatusInternalServerError && strings.Contains(answer.Message, "no space left on device")
}
