package parent

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
)

// CounterPath is where the applications of the counter are; its files are reached below it.
const CounterPath = "/api/v1/review/counter-applications"

func (a *API) fileRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPut, Path: "/api/v1/applications/{id}/documents/{document}/{subject}/files/{name}", ID: "put-file",
			For: edge.Applicant, Class: edge.Upload, Fails: []int{409, 411}, Summary: "Attach a file; the same name again replaces it, and the answer says what",
			About: fmt.Sprintf("The bytes as the body, Content-Length required, at most %d bytes. The type is read from the content: PDF, JPEG, PNG, "+
				"HEIC, TIFF, DOCX, XLSX; the name's ending has to fit.", a.MaxFileSize),
			Call: wire.Raw{Params: wire.Params("id", "document", "subject", "name"), Body: wire.Bytes("application/octet-stream"),
				Status: http.StatusCreated, Text: "The file is stored; its scan is pending.", JSON: ReceivedView{}}.Call(a.PutFile)},
		{Method: http.MethodGet, Path: "/api/v1/applications/{id}/files/{file}/content", ID: "open-file", For: edge.Applicant,
			Class: edge.Download, Fails: []int{409}, Summary: "One's own file, once it was found clean",
			Call: wire.Raw{Params: wire.Params("id", "file"), Status: http.StatusOK,
				Text: "The bytes as they were sent, with their own media type.", Answer: wire.Bytes("*/*")}.Call(a.content)},
		{Method: http.MethodDelete, Path: "/api/v1/applications/{id}/files/{file}", ID: "delete-file", For: edge.Applicant,
			Fails: []int{409, 412}, Summary: "Take a file out of a draft or a correction",
			Call: wire.Raw{Params: wire.Params("id", "file"), Status: http.StatusNoContent, Text: "It is gone."}.Call(a.DeleteFile)},
	}
}

// ReceivedView is a file as it was taken in.
type ReceivedView struct {
	ID        string `json:"id" format:"uuid"`
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
	Sha256    string `json:"sha256"`
	Scan      string `json:"scan" enum:"pending,clean,infected,failed"`

	Replaced *replacedView `json:"replaced,omitempty" doc:"The file whose place it took."`
}

type replacedView struct {
	ID     string `json:"id" format:"uuid"`
	Size   int64  `json:"size"`
	Sha256 string `json:"sha256"`
	Kept   bool   `json:"kept" doc:"It was handed in, and stays as it was filed."`
}

// PutFile takes a file in.
func (a *API) PutFile(c *gin.Context) error {
	name, err := FileName(c.Request.URL)
	if err != nil {
		return err
	}
	// The edge bounds the time of each piece of the body.
	f, err := a.Documents.Receive(c.Request.Context(), edge.ActorFrom(c.Request.Context()), document.Upload{
		Application: c.Param("id"),
		Document:    c.Param("document"),
		Subject:     c.Param("subject"),
		Name:        name,
		Length:      c.Request.ContentLength,
		Body:        c.Request.Body,
	})
	if err != nil {
		edge.Discard(c.Request, 2*a.MaxFileSize)
		return err
	}
	c.Header("ETag", edge.ETag(f.Version))
	location := applicationsPath + "/" + c.Param("id") + "/files/" + f.ID + "/content"
	if strings.HasPrefix(c.FullPath(), CounterPath) {
		location = CounterPath + "/" + c.Param("id") + "/files/" + f.ID
	}
	c.Header("Location", location)
	c.JSON(http.StatusCreated, ReceivedOf(f))
	return nil
}

// ReceivedOf shows a file that was taken in.
func ReceivedOf(f *document.Received) ReceivedView {
	return ReceivedView{ID: f.ID, Name: f.Name, MediaType: f.MediaType, Size: f.Size, Sha256: f.Sha256, Scan: string(f.Scan),
		Replaced: (*replacedView)(f.Replaced)}
}

// FileName is the last segment of the path, decoded once. Gin's own parameter would turn a plus sign into a space when
// the path is escaped in an unusual way. Fault: Refused (invalid-file).
func FileName(u *url.URL) (string, error) {
	escaped := u.EscapedPath()
	name, err := url.PathUnescape(escaped[strings.LastIndexByte(escaped, '/')+1:])
	if err != nil {
		return "", fault.Detail{Code: "name-encoding", Pointer: "/name"}.Alone(fault.Refused, fault.CodeInvalidFile)
	}
	return name, nil
}

// content gives a file as a download that no browser runs: a sandbox without scripts, and never shown in place.
func (a *API) content(c *gin.Context) error {
	ctx := c.Request.Context()
	d, err := a.Documents.Content(ctx, edge.ActorFrom(ctx), c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	wire.Download(c, d)
	return nil
}

// DeleteFile takes a file out of a draft or a correction.
func (a *API) DeleteFile(c *gin.Context) error {
	version, err := edge.IfMatch(c.GetHeader("If-Match"))
	if err == nil {
		err = a.Documents.Delete(c.Request.Context(), edge.ActorFrom(c.Request.Context()), c.Param("id"), c.Param("file"), version)
	}
	if err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}
