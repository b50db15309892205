package document

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"kosodate.example/onestop/app/fault"
)

// headSize is how much of a file is looked at to tell its type. A document of an office program shows what it is only
// behind its picture for the file manager, which may take some ten thousand bytes.
const headSize = 32 << 10

// The library's own limit of 3,072 bytes would hide that. It is a setting of the whole process; nothing else in it
// tells types by content.
func init() { mimetype.SetLimit(headSize) }

// kinds are the types that are taken, with the endings that fit each (security.md, "Files").
var kinds = []struct {
	mediaType string
	endings   []string
	detected  []string // other names under which the library reports it
}{
	{mediaType: "application/pdf", endings: []string{".pdf"}},
	{mediaType: "image/jpeg", endings: []string{".jpg", ".jpeg", ".jpe", ".jfif"}},
	{mediaType: "image/png", endings: []string{".png"}},
	{mediaType: "image/heic", endings: []string{".heic", ".heif", ".hif"}, detected: []string{"image/heic-sequence"}},
	{mediaType: "image/heif", endings: []string{".heif", ".heic", ".hif"}, detected: []string{"image/heif-sequence"}},
	{mediaType: "image/tiff", endings: []string{".tif", ".tiff"}},
	{mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", endings: []string{".docx"}},
	{mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", endings: []string{".xlsx"}},
}

// takenTypes is how the refusal names them.
const takenTypes = "PDF, JPEG, PNG, HEIC, TIFF, DOCX, XLSX"

// mediaTypeOf tells a file's type by its first bytes and holds it against the name's ending. Errors:
// unsupported-media-type, which says what is taken.
func mediaTypeOf(name string, head []byte) (string, error) {
	found := mimetype.Detect(head).String()
	for _, k := range kinds {
		if k.mediaType != found && !slices.Contains(k.detected, found) {
			continue
		}
		if k.mediaType == "application/pdf" && !startsAsPDF(head) {
			break
		}
		if strings.HasPrefix(k.mediaType, officePrefix) && (endsAsMacros(name) || hasMacros(head)) {
			return "", unsupported("type-macros")
		}
		if !slices.Contains(k.endings, strings.ToLower(path.Ext(name))) {
			return "", unsupported("type-mismatch")
		}
		return k.mediaType, nil
	}
	return "", unsupported("type-refused", fault.Name("taken", takenTypes))
}

// officePrefix begins the types of office programs that can hold macros.
const officePrefix = "application/vnd.openxmlformats-officedocument."

// endingTaken refuses a name whose ending fits no type that is taken, before a byte is sent. Error:
// unsupported-media-type.
func endingTaken(name string) error {
	ending := strings.ToLower(path.Ext(name))
	for _, k := range kinds {
		if slices.Contains(k.endings, ending) {
			return nil
		}
	}
	if endsAsMacros(name) {
		return unsupported("type-macros")
	}
	return unsupported("type-refused", fault.Name("taken", takenTypes))
}

// startsAsPDF is stricter than the library, which looks for the mark anywhere in the first 1,024 bytes: a web page with
// the mark inside would be a PDF to us and a web page to others.
func startsAsPDF(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	return bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("%PDF-"))
}

func unsupported(reason fault.Reason, params ...fault.Param) *fault.Error {
	return fault.Detail{Code: string(reason), Reason: reason, Pointer: "/name", Params: params}.
		Alone(fault.Unsupported, fault.CodeUnsupportedMedia).Note("taken", takenTypes)
}
