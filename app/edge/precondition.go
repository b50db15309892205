package edge

import (
	"regexp"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
)

// ETag is the tag of a version, `"7"`.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

var (
	errStale   = fault.New(fault.Stale, fault.CodeStale, "")
	errNoMatch = fault.New(fault.Precondition, fault.CodeIfMatchRequired, "")
)

// CheckIfMatch compares an If-Match header with the current version; no header passes. Fault: Stale (stale, Extra
// "etag" is the current one).
func CheckIfMatch(header string, current int64) error {
	wanted, err := IfMatch(header)
	if err != nil {
		return errStale.Note("etag", ETag(current))
	}
	if wanted != nil && *wanted != current {
		return errStale.Note("etag", ETag(current))
	}
	return nil
}

// IfMatch is the version that an If-Match header asks for, for a guarded update; nil if there is no header or it is "*",
// which any version satisfies. Of a list it is the newest: versions only grow, and a client that has seen 7 cannot be
// served by 6 being current.
//
// Fault: Stale (stale) if no tag of the header can ever be current: a weak one (If-Match compares strongly, RFC 9110,
// section 13.1.1) or one that is not ours.
func IfMatch(header string) (*int64, error) {
	header = strings.TrimSpace(header)
	if header == "" || header == "*" {
		return nil, nil
	}
	var newest *int64
	for tag := range strings.SplitSeq(header, ",") {
		inner, ok := strings.CutPrefix(strings.TrimSpace(tag), `"`)
		inner, closed := strings.CutSuffix(inner, `"`)
		version, err := strconv.ParseInt(inner, 10, 64)
		if !ok || !closed || err != nil || version < 1 || strconv.FormatInt(version, 10) != inner {
			continue
		}
		if newest == nil || version > *newest {
			newest = &version
		}
	}
	if newest == nil {
		return nil, errStale
	}
	return newest, nil
}

// RequireIfMatch is IfMatch for a route that must have the header. Faults: Precondition (if-match-required), Stale (stale).
func RequireIfMatch(header string) (*int64, error) {
	if strings.TrimSpace(header) == "" {
		return nil, errNoMatch
	}
	return IfMatch(header)
}

// NotModified says whether an If-None-Match header names the tag, so that a GET can be answered with 304.
func NotModified(header, current string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/") // If-None-Match compares weakly
		if tag == "*" || tag == current {
			return true
		}
	}
	return false
}

// HeaderIdempotencyKey is the header of the key.
const HeaderIdempotencyKey = "Idempotency-Key"

// uuid is how most clients make a key: digits that stand in it by chance are no individual number.
var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// IdempotencyKey checks an Idempotency-Key header: 1 to 255 visible ASCII characters. Faults: Malformed
// (idempotency-key-missing) without one; Malformed (malformed) for another character or length; Refused (individual-number, P4).
func IdempotencyKey(header string) (string, error) {
	if header == "" {
		return "", fault.New(fault.Malformed, fault.CodeIdempotencyMissing, "")
	}
	if len(header) > 255 || strings.ContainsFunc(header, func(r rune) bool { return r < 0x21 || r > 0x7e }) {
		return "", fault.New(fault.Malformed, fault.CodeMalformed, "key-unreadable").Note("reason", reasonKey)
	}
	if individual.InText(header) && !uuid.MatchString(header) {
		return "", fault.New(fault.Refused, fault.CodeIndividualNumber, "")
	}
	return header, nil
}
