package s3server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// keys are the one account of the server.
type keys struct{ access, secret string }

const (
	algorithm  = "AWS4-HMAC-SHA256"
	dateFormat = "20060102T150405Z"
	maxSkew    = 15 * time.Minute
)

// check checks a request's signature (AWS Signature Version 4, in the header Authorization). What a body may not be is
// checked while it is read.
func (k keys) check(r *http.Request, now time.Time) error {
	fields := map[string]string{}
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), algorithm+" ")
	for field := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	date := r.Header.Get("X-Amz-Date")
	at, err := time.Parse(dateFormat, date)
	if !ok || err != nil {
		return errAccessDenied
	}
	if at.Before(now.Add(-maxSkew)) || at.After(now.Add(maxSkew)) {
		return errClock
	}
	scope := date[:8] + "/" + region + "/s3/aws4_request"
	signed := strings.Split(fields["SignedHeaders"], ";")
	for _, name := range []string{"host", "x-amz-content-sha256", "x-amz-date"} {
		if !slices.Contains(signed, name) {
			return errAccessDenied
		}
	}
	sum := sha256.Sum256([]byte(canonical(r, signed)))
	toSign := strings.Join([]string{algorithm, date, scope, hex.EncodeToString(sum[:])}, "\n")
	key := []byte("AWS4" + k.secret)
	for _, part := range append(strings.Split(scope, "/"), toSign) {
		key = keyed(key, part)
	}
	if fields["Credential"] != k.access+"/"+scope || !hmac.Equal([]byte(fields["Signature"]), []byte(hex.EncodeToString(key))) {
		return errSignature
	}
	return nil
}

// canonical is the text of a request that its signature is about.
func canonical(r *http.Request, signed []string) string {
	lines := []string{r.Method, r.URL.EscapedPath(), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20")}
	for _, name := range signed {
		values := slices.Clone(r.Header.Values(name))
		if name == "host" {
			values = []string{r.Host}
		}
		for i, v := range values {
			values[i] = strings.Join(strings.Fields(v), " ")
		}
		lines = append(lines, name+":"+strings.Join(values, ","))
	}
	lines = append(lines, "", strings.Join(signed, ";"), r.Header.Get("X-Amz-Content-Sha256"))
	return strings.Join(lines, "\n")
}

func keyed(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text)) // never fails
	return mac.Sum(nil)
}
