package object

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
	case answer.StatusCode == http.StatusNotFound && answer.Code != "NoSuchBucket":
		return notFound(err) // HEAD has no body that could say which
	}
	return unavailable(err)
}
