package edge

import (
	"strings"
	"testing"

	"kosodate.example/onestop/app/fault"
)

func TestIfMatch(t *testing.T) {
	want(t, "ETag", ETag(7), `"7"`)
	for _, c := range []struct {
		header string
		kind   fault.Kind // of RequireIfMatch and CheckIfMatch(…, 7); Internal for none
		any    bool
	}{
		{`"7"`, 0, false},
		{`*`, 0, true},
		{` * `, 0, true},
		{`"3", "7"`, 0, false},
		{`"7","3"`, 0, false},
		{`W/"7", "7"`, 0, false},
		{`"x", "7"`, 0, false},
		{`"6"`, fault.Stale, false},
		{`"8"`, fault.Stale, false},
		{`W/"7"`, fault.Stale, false},
		{`7`, fault.Stale, false},
		{`"07"`, fault.Stale, false},
		{`"-7"`, fault.Stale, false},
		{`"7`, fault.Stale, false},
		{`"99999999999999999999"`, fault.Stale, false},
		{`,`, fault.Stale, false},
	} {
		err := CheckIfMatch(c.header, 7)
		want(t, "check "+c.header, fault.KindOf(err), c.kind)
		if (err == nil) != (c.kind == 0) {
			t.Errorf("%s: %v", c.header, err)
		}
		if err != nil {
			want(t, "the current one is told", fault.As(err).Extra["etag"], `"7"`)
		}
		version, err := RequireIfMatch(c.header)
		if c.kind == 0 && (err != nil || (version == nil) != c.any || (version != nil && *version != 7)) {
			t.Errorf("%s: %v %v", c.header, version, err)
		}
	}
	if CheckIfMatch("", 7) != nil {
		t.Error("no header must pass")
	}
	_, err := RequireIfMatch(" ")
	want(t, "missing", fault.KindOf(err), fault.Precondition)
	want(t, "code", fault.As(err).Code, fault.CodeIfMatchRequired)
}

func TestNotModified(t *testing.T) {
	for header, wanted := range map[string]bool{"": false, `"7"`: true, `W/"7"`: true, `"1", W/"7"`: true, "*": true, `"8"`: false, "7": false} {
		want(t, header, NotModified(header, ETag(7)), wanted)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	for header, code := range map[string]string{
		"": "idempotency-key-missing", "a": "", "0198a3c0-0000-7000-8000-000000000000": "", `"quoted"`: "", strings.Repeat("k", 255): "",
		strings.Repeat("k", 256): "malformed", "two words": "malformed", "鍵": "malformed", "tab\there": "malformed", "\x7f": "malformed",
		"filing-123456789018": "individual-number", "1234-5678-9018": "individual-number", "0198a3c0-0000-7000-8000-123456789018": "",
	} {
		key, err := IdempotencyKey(header)
		got := ""
		if err != nil {
			got = fault.As(err).Code
			want(t, "kind", fault.KindOf(err) == fault.Malformed, code != "individual-number")
		} else {
			want(t, "key", key, header)
		}
		want(t, header, got, code)
	}
}
