package clamav

import (
	"errors"
	"strings"
	"testing"
)

func TestParseVerdict(t *testing.T) {
	for said, want := range map[string]Verdict{
		"stream: OK":                          {Result: Clean},
		"stream: Eicar-Test FOUND":            {Infected, "Eicar-Test"},
		"stream: Win.Test.EICAR_HDB-1 FOUND":  {Infected, "Win.Test.EICAR_HDB-1"},
		"stream: A name FOUND here too FOUND": {Infected, "A name FOUND here too"},
	} {
		if got, err := parseVerdict(said); err != nil || got != want {
			t.Errorf("%q: %+v, %v", said, got, err)
		}
	}
	for said, limit := range map[string]bool{
		"":                                      false,
		"OK":                                    false,
		"stream: ok":                            false,
		"stream: OK\n":                          false,
		"stream: OK OK":                         false,
		"stream:  FOUND":                        false,
		"stream: FOUND":                         false,
		"/tmp/x: Eicar FOUND":                   false,
		"stream: Can't allocate memory ERROR":   false,
		"INSTREAM: Can't write to file. ERROR":  false,
		"UNKNOWN COMMAND":                       false,
		"INSTREAM size limit exceeded. ERROR":   true,
		"stream: INSTREAM size limit exceeded.": true,
		"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND": true,
	} {
		got, err := parseVerdict(said)
		if err == nil || got.Result != 0 || errors.Is(err, ErrLimit) != limit {
			t.Errorf("%q: %+v, %v", said, got, err)
		}
	}
}

// Whatever is answered: clean is one exact text alone, and an error has no result.
func FuzzParseVerdict(f *testing.F) {
	for _, seed := range []string{"stream: OK", "stream: X FOUND", "stream: X ERROR", "stream: OK FOUND", "INSTREAM size limit exceeded. ERROR"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, said string) {
		v, err := parseVerdict(said)
		switch {
		case v.Clean() && said != "stream: OK", err != nil && v != Verdict{}, err == nil && v.Result == 0:
			t.Errorf("%q: %+v, %v", said, v, err)
		case v.Infected() && (v.Signature == "" || !strings.HasSuffix(said, " FOUND")):
			t.Errorf("%q: %+v", said, v)
		}
	})
}

func TestAddresses(t *testing.T) {
	for address, ok := range map[string]bool{"tcp://127.0.0.1:3310": true, "unix:///run/clamd.ctl": true, "tcp://[::1]:3310": true,
		"": false, "127.0.0.1:3310": false, "tcp://host": false, "tcp:///x": false, "unix://x": false, "unix://host/x": false, "http://h:1": false,
		"tcp://h:1/x": false} {
		if _, err := New(Config{Address: address}); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
