package page

import (
	"errors"
	"io"
	"mime/multipart"
	"strings"

	"kosodate.example/onestop/app/fault"
)

// EachFile hands over the files that a form sent under a name, one after the other and none kept in memory, and says how
// many there were. Error: malformed for what is no such form or ends too early; that of receive ends it.
func (r *Request) EachFile(field string, receive func(name string, body io.Reader) error) (int, error) {
	parts, err := r.Gin.Request.MultipartReader()
	if err != nil {
		return 0, fault.New(fault.Malformed, fault.CodeMalformed, "unreadable").Because(err)
	}
	for n := 0; ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, fault.New(fault.Malformed, fault.CodeMalformed, "form-ended").Because(err)
		}
		if part.FormName() != field || part.FileName() == "" {
			continue
		}
		if err := receive(baseName(part), part); err != nil {
			return n, err
		}
		n++
	}
}

// baseName is the file's name without the folders that some browsers send along.
func baseName(part *multipart.Part) string {
	name := part.FileName()
	return name[strings.LastIndexAny(name, `/\`)+1:]
}
