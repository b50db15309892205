package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/strictjson"
)

var (
	errMediaType = fault.New(fault.Unsupported, fault.CodeUnsupportedMedia, "")
	errNotJSON   = fault.New(fault.Malformed, fault.CodeMalformed, "unreadable").Note("reason", reasonJSON)
	errEmptyBody = fault.New(fault.Malformed, fault.CodeMalformed, "nothing-sent").Note("reason", reasonEmpty)
	errCutBody   = fault.New(fault.Malformed, fault.CodeMalformed, "arrived-late").Note("reason", reasonTimeout)
	errNotUTF8   = fault.New(fault.Malformed, fault.CodeMalformed, "unreadable-characters").Note("reason", reasonEncoding)
	errNoLength  = fault.New(fault.LengthNeeded, fault.CodeLengthRequired, "")
)

// admitBody bounds what a request sends, by the class of its route. Faults: LengthNeeded (length-required), TooLarge
// (too-large, Extra "limit" in bytes), Unsupported (unsupported-media-type), Malformed (malformed, with a reason).
func (e *Edge) admitBody(c *gin.Context, class Class) error {
	switch class {
	case Upload:
		return e.admitUpload(c)
	case Download:
		c.Writer = &pacedWriter{ResponseWriter: c.Writer, control: http.NewResponseController(c.Writer), step: e.opt.Limits.WriteTime}
	default: // the others go on below
	}
	if !hasBody(c.Request) {
		liftDeadline(c)
		return nil
	}
	if class != Form && !isJSON(c.GetHeader("Content-Type")) {
		return errMediaType
	}
	body, err := e.readBody(c)
	if err != nil {
		return err
	}
	if class != Form && len(body) > 0 {
		if err := checkJSON(body, e.opt.Limits.JSONDepth, e.opt.Limits.JSONMembers); err != nil {
			return err
		}
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	c.Request.ContentLength = int64(len(body))
	return nil
}

// isJSON accepts application/json and what is built on it (application/merge-patch+json); no type at all means JSON.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	if charset := params["charset"]; charset != "" && charset != "utf-8" && charset != "UTF-8" {
		return false
	}
	return kind == "application/json" || kind == "application/merge-patch+json"
}

// liftDeadline takes the connection's read deadline away once everything has been read: net/http takes one that passes
// later for a client that hung up, and would cancel a handler that works longer.
func liftDeadline(c *gin.Context) {
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Time{}) // not supported by a test's recorder
}

// readBody takes the whole of a small body in, within its limit and its time.
func (e *Edge) readBody(c *gin.Context) ([]byte, error) {
	limit := e.opt.Limits.JSONBytes
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(e.opt.Limits.BodyTime)) // as in liftDeadline
	if c.Request.ContentLength > limit {
		Discard(c.Request, 16*limit)
		return nil, tooLarge(limit)
	}
	buf := bytes.NewBuffer(make([]byte, 0, max(c.Request.ContentLength, 512)))
	_, err := buf.ReadFrom(io.LimitReader(c.Request.Body, limit+1))
	switch {
	case err != nil:
		return nil, cutBody(err)
	case int64(buf.Len()) > limit:
		Discard(c.Request, 16*limit)
		return nil, tooLarge(limit)
	}
	liftDeadline(c)
	return buf.Bytes(), nil
}

// cutBody says why a body did not come to its end.
func cutBody(err error) error {
	if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() {
		return statusFault(http.StatusRequestTimeout)
	}
	return errCutBody.Because(err)
}

// Discard reads up to most bytes of a body that is refused and throws them away: many clients read no answer before they
// have sent everything, and would see a broken connection instead of the reason. Whoever waits to be asked for the body
// (Expect: 100-continue) is answered at once.
func Discard(r *http.Request, most int64) {
	if r.Body != nil && r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, most) // as much as comes
	}
}

// checkJSON refuses what is not one JSON value in UTF-8, before anything decodes it, and what is nested deeper or has
// more values than any request of ours: decoding such a body costs far more memory than it has bytes.
func checkJSON(body []byte, maxDepth, maxValues int) error {
	if !utf8.Valid(body) {
		return errNotUTF8
	}
	depth, values, inString := 0, 1, false
	for i := 0; i < len(body); i++ {
		switch b := body[i]; {
		case inString:
			if b == '\\' {
				i++
			}
			inString = b != '"'
		case b == '"':
			inString = true
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			depth--
		case b == ',':
			values++
		}
		if depth > maxDepth {
			return fault.New(fault.Malformed, fault.CodeMalformed, "nested-too-deep", fault.Number("most", maxDepth)).Note("reason", reasonDepth)
		}
		if values > maxValues {
			return fault.New(fault.Malformed, fault.CodeMalformed, "too-many-values", fault.Number("most", maxValues)).Note("reason", reasonMembers)
		}
	}
	value, err := strictjson.Parse(body)
	if err != nil {
		return notJSON(body)
	}
	// Of a member that is there twice, who checked and who decodes may each take another.
	if at, twice := value.Twice(); twice {
		return fault.New(fault.Malformed, fault.CodeMalformed, "member-twice").Note("reason", reasonTwice).
			With(fault.Detail{Code: "member-twice", Reason: "member-twice", Pointer: at})
	}
	return nil
}

// notJSON says where reading ended, without repeating what stands there.
func notJSON(body []byte) error {
	var syntax *json.SyntaxError
	var v json.RawMessage
	if err := json.Unmarshal(body, &v); !errors.As(err, &syntax) {
		return errNotJSON
	}
	read := body[:min(max(syntax.Offset-1, 0), int64(len(body)))]
	line := 1 + bytes.Count(read, []byte("\n"))
	column := 1 + utf8.RuneCount(read[bytes.LastIndexByte(read, '\n')+1:])
	return fault.New(fault.Malformed, fault.CodeMalformed, "unreadable-at", fault.Number("line", line), fault.Number("column", column)).Note("reason", reasonJSON)
}
