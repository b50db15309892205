package s3server

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// refusal is an error that a client gets with its code.
type refusal struct {
	status int
	code   string
}

func (r *refusal) Error() string { return r.code }

var (
	errNoSuchKey      = &refusal{http.StatusNotFound, "NoSuchKey"}
	errNoSuchBucket   = &refusal{http.StatusNotFound, "NoSuchBucket"}
	errInvalidName    = &refusal{http.StatusBadRequest, "InvalidArgument"}
	errIncomplete     = &refusal{http.StatusBadRequest, "IncompleteBody"}
	errBadDigest      = &refusal{http.StatusBadRequest, "BadDigest"}
	errAccessDenied   = &refusal{http.StatusForbidden, "AccessDenied"}
	errSignature      = &refusal{http.StatusForbidden, "SignatureDoesNotMatch"}
	errClock          = &refusal{http.StatusForbidden, "RequestTimeTooSkewed"}
	errNotImplemented = &refusal{http.StatusNotImplemented, "NotImplemented"}
	errInternal       = &refusal{http.StatusInternalServerError, "InternalError"}
)

// handler answers the requests that storage/object makes.
type handler struct {
	files *folder
	keys  keys
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	err := h.keys.check(r, time.Now())
	if err == nil {
		bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if key == "" {
			err = h.bucket(w, r, bucket)
		} else if err = h.files.hasBucket(bucket); err == nil {
			err = h.object(w, r, bucket, key)
		}
	}
	if err != nil {
		refuse(w, r, err)
	}
}

func refuse(w http.ResponseWriter, r *http.Request, err error) {
	answer := errInternal
	errors.As(err, &answer)
	writeXML(w, answer.status, struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
		Path    string `xml:"Resource"`
	}{Code: answer.code, Message: answer.code, Path: r.URL.Path})
}

func writeXML(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, xml.Header) // a client that has gone needs no answer
	_ = xml.NewEncoder(w).Encode(body)
}

func (h *handler) bucket(w http.ResponseWriter, r *http.Request, bucket string) error {
	if r.Method == http.MethodPut && r.URL.RawQuery == "" {
		return h.files.makeBucket(bucket)
	}
	if err := h.files.hasBucket(bucket); err != nil || r.Method == http.MethodHead {
		return err
	}
	if r.Method == http.MethodGet && r.URL.Query().Get("list-type") == "2" {
		return h.list(w, r.URL.Query(), bucket)
	}
	return errNotImplemented
}

func (h *handler) object(w http.ResponseWriter, r *http.Request, bucket, key string) error {
	switch r.Method {
	case http.MethodPut:
		body, err := bodyOf(r)
		if err != nil {
			return err
		}
		stored, err := h.files.put(bucket, key, body)
		if err != nil {
			return err
		}
		w.Header().Set("ETag", stored.etag)
		return nil
	case http.MethodGet, http.MethodHead:
		file, found, err := h.files.open(bucket, key)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // it was only read
		w.Header().Set("ETag", found.etag)
		w.Header().Set("Content-Type", "application/octet-stream")
		http.ServeContent(w, r, "", found.modified, file)
		return nil
	case http.MethodDelete:
		if err := h.files.remove(bucket, key); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return errNotImplemented
}

const pageSize = 1000

// contents is an object in a list.
type contents struct {
	Key          string
	LastModified string
	ETag         string
	Size         int64
}

// list answers ListObjectsV2, without delimiters. A page's token is its last key.
func (h *handler) list(w http.ResponseWriter, query url.Values, bucket string) error {
	if query.Get("delimiter") != "" {
		return errNotImplemented
	}
	limit := pageSize
	if n, err := strconv.Atoi(query.Get("max-keys")); err == nil && n > 0 {
		limit = min(n, pageSize)
	}
	after := query.Get("start-after")
	if token := query.Get("continuation-token"); token != "" {
		var err error
		if after, err = url.QueryUnescape(token); err != nil {
			return errInvalidName
		}
	}
	page, more, err := h.files.list(bucket, query.Get("prefix"), after, limit)
	if err != nil {
		return err
	}
	answer := struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		Name                  string
		KeyCount, MaxKeys     int
		IsTruncated           bool
		EncodingType          string `xml:",omitempty"`
		NextContinuationToken string `xml:",omitempty"`
		Contents              []contents
	}{Name: bucket, KeyCount: len(page), MaxKeys: limit, IsTruncated: more, EncodingType: query.Get("encoding-type")}
	for _, e := range page {
		key := e.key
		if answer.EncodingType == "url" {
			key = url.QueryEscape(key)
		}
		answer.Contents = append(answer.Contents, contents{Key: key, LastModified: e.modified.UTC().Format(time.RFC3339Nano), ETag: e.etag, Size: e.size})
	}
	if more {
		answer.NextContinuationToken = url.QueryEscape(page[len(page)-1].key)
	}
	writeXML(w, http.StatusOK, answer)
	return nil
}
