package document

import (
	"fmt"
	"strings"

	"kosodate.example/onestop/app/rule/jp"
)

// objectPrefix stands before every key of a file: what else is in the bucket is none of Reconcile's business.
const objectPrefix = "files/"

// objectKey names a part's object; number is the part's, or that of the attempt at it where there may be several. All
// keys have the same shape and length, in digits and lower-case letters, so that every collation sorts them as bytes;
// Reconcile rests on that.
func objectKey(municipality, file string, number int) string {
	return fmt.Sprintf("%s%04d", objectFolder(municipality, file), number)
}

// objectFolder stands before the keys of all parts of a file.
func objectFolder(municipality, file string) string {
	return objectPrefix + municipality + "/" + file + "/"
}

// belongs says whether a key names an object of a file.
func belongs(key, file string) bool {
	rest, found := strings.CutPrefix(key, objectPrefix)
	_, rest, cut := strings.Cut(rest, "/")
	return found && cut && strings.HasPrefix(rest, file+"/")
}

// municipalityOf reads the municipality out of an object's key; empty for a key of another shape.
func municipalityOf(key string) string {
	code, _, found := strings.Cut(strings.TrimPrefix(key, objectPrefix), "/")
	if !found || !jp.ValidMunicipality(code) {
		return ""
	}
	return code
}
