package phase

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"kosodate.example/onestop/app/fault"
)

var errInstant = errors.New("an instant is written like 2026-04-01T00:00:00+09:00")

// ParseInstant reads an instant of RFC 3339 with its offset, strictly: time.Parse alone also takes a comma, an hour of
// one digit and offsets that do not exist.
func ParseInstant(s string) (time.Time, error) {
	// 2026-04-01T00:00:00 is 19 characters; a fraction and an offset follow.
	if len(s) < 20 || !shaped(s[:19], "dddd-dd-ddTdd:dd:dd") {
		return time.Time{}, errInstant
	}
	rest := s[19:]
	if rest[0] == '.' {
		n := 1
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		if n == 1 {
			return time.Time{}, errInstant
		}
		rest = rest[n:]
	}
	switch {
	case rest == "Z":
	case len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && shaped(rest[1:], "dd:dd") && rest[1:3] < "24" && rest[4:] < "60":
	default:
		return time.Time{}, errInstant
	}
	t, err := time.Parse(time.RFC3339, s)
	if s[:4] < "1900" {
		return time.Time{}, errInstant
	}
	if err != nil {
		return time.Time{}, errInstant
	}
	return t, nil
}

// shaped compares s with a pattern of the same length in which d is a digit.
func shaped(s, pattern string) bool {
	if len(s) != len(pattern) {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; pattern[i] {
		case 'd':
			if c < '0' || c > '9' {
				return false
			}
		default:
			if c != pattern[i] {
				return false
			}
		}
	}
	return true
}

// DecodeRows reads a JSON list of rows and checks every one, matching or not, future or not (evidence.md). Unknown
// members are ignored. Error: invalid-phase with a pointer below /phases, even to a missing member.
func DecodeRows(raw []byte) ([]Row, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil || list == nil { // null unmarshals without an error
		return nil, invalid("", "list-of-phases")
	}
	out := make([]Row, len(list))
	for i, one := range list {
		at := "/" + strconv.Itoa(i)
		if trimmed := bytes.TrimSpace(one); trimmed[0] != '{' {
			return nil, invalid(at, "list-of-phases")
		}
		// A map and not a struct: a struct would take "Phase" for "phase".
		var members map[string]json.RawMessage
		if err := json.Unmarshal(one, &members); err != nil {
			return nil, invalid(at, "list-of-phases")
		}
		if err := decodeRow(at, members, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func decodeRow(at string, members map[string]json.RawMessage, out *Row) error {
	var from string
	for _, m := range []struct {
		name string
		to   *string
	}{{"procedure", &out.Procedure}, {"item", &out.Item}, {"municipality", &out.Municipality}, {"phase", &out.Phase}, {"from", &from}} {
		raw, there := members[m.name]
		if !there {
			return invalid(at+"/"+m.name, "value-missing")
		}
		if raw[0] != '"' || json.Unmarshal(raw, m.to) != nil {
			return invalid(at+"/"+m.name, "a-text")
		}
	}
	switch out.Phase {
	case NotStarted, Trial, Full, Suspended, Inherit:
	default:
		return invalid(at+"/phase", "unknown-phase")
	}
	t, err := ParseInstant(from)
	if err != nil {
		return invalid(at+"/from", "not-a-time")
	}
	out.From = t
	return nil
}

func invalid(at string, reason fault.Reason) *fault.Error {
	return fault.New(fault.Refused, fault.CodeInvalidPhase, reason).
		With(fault.Detail{Code: fault.CodeInvalidPhase, Reason: reason, Pointer: "/phases" + at})
}
