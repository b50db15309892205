package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
)

const (
	uploadPath  = applicationsPath + "/{id}/documents/{document}/{subject}/files/{name}"
	contentPath = applicationsPath + "/{id}/files/{file}/content"
	filePath    = applicationsPath + "/{id}/files/{file}"
)

func (a *API) fileRoutes() {
	upload := operation1(
		applicant(http.MethodPut, uploadPath, "put-file"),
		tagApplicant,
		"Attach a file; the same name again replaces it",
		404,
		409,
		411,
		413,
		415,
		422,
	)
	upload.Class = edge.Upload
	upload.about = fmt.Sprintf(
		"The bytes as the body, Content-Length required, at most %d bytes. The type is read from the content: PDF, JPEG, PNG, HEIC, TIFF, DOCX, XLSX; the name's ending has to fit.",
		a.MaxFileSize,
	)
	binary := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	a.plain(upload, huma.Operation{Parameters: params("id", "document", "subject", "name"), RequestBody: &huma.RequestBody{Required: true, Content: binary},
		Responses: map[string]*huma.Response{"201": a.answer("The file is stored; its scan is pending.", receivedView{})}}, a.putFile)

	whatever := map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	content := operation1(applicant(http.MethodGet, contentPath, "open-file"), tagApplicant, "One's own file, once it was found clean", 404, 409)
	content.Class = edge.Download
	a.plain(content, huma.Operation{Parameters: params("id", "file"),
		Responses: map[string]*huma.Response{"200": {Description: "The bytes as they were sent, with their own media type.", Content: whatever}}}, a.content)

	remove := operation1(applicant(http.MethodDelete, filePath, "delete-file"), tagApplicant, "Take a file out of a draft or a correction", 404, 409, 412)
	a.plain(remove, huma.Operation{Parameters: params("id", "file"), Responses: map[string]*huma.Response{"204": {Description: "It is gone."}}}, a.deleteFile)
}

// params describes path parameters.
func params(names ...string) []*huma.Param {
	var out []*huma.Param
	for _, n := range names {
		out = append(out, &huma.Param{Name: n, In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
	}
	return out
}

// answer describes a JSON answer of a plain route.
func (a *API) answer(description string, body any) *huma.Response {
	schema := huma.SchemaFromType(a.huma.OpenAPI().Components.Schemas, typeOf(body))
	return &huma.Response{Description: description, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

type receivedView struct {
	ID        string `json:"id" format:"uuid"`
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
	Sha256    string `json:"sha256"`
	Scan      string `json:"scan" enum:"pending,clean,infected,failed"`
}

func (a *API) putFile(c *gin.Context) {
	name, err := fileName(c.Request.URL)
	if err != nil {
		a.edge.Fail(c, err)
		return
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
		a.edge.Fail(c, err)
		return
	}
	c.Header("ETag", edge.ETag(f.Version))
	location := applicationsPath + "/" + c.Param("id") + "/files/" + f.ID + "/content"
	if strings.HasPrefix(c.FullPath(), counterPath) {
		location = counterPath + "/" + c.Param("id") + "/files/" + f.ID
	}
	c.Header("Location", location)
	c.JSON(http.StatusCreated, receivedOf(f))
}

func receivedOf(f *document.Received) receivedView {
	return receivedView{ID: f.ID, Name: f.Name, MediaType: f.MediaType, Size: f.Size, Sha256: f.Sha256, Scan: string(f.Scan)}
}

// fileName is the last segment of the path, decoded once. Gin's own parameter would turn a plus sign into a space when
// the path is escaped in an unusual way. Fault: Refused (invalid-file).
func fileName(u *url.URL) (string, error) {
	escaped := u.EscapedPath()
	name, err := url.PathUnescape(escaped[strings.LastIndexByte(escaped, '/')+1:])
	if err != nil {
		text := "The file's name is not percent-encoded as it should be."
		return "", fault.New(fault.Refused, fault.CodeInvalidFile, text).With(fault.Detail{Code: "name-encoding", Text: text, Pointer: "/name"})
	}
	return name, nil
}

// content gives a file as a download that no browser runs: a sandbox without scripts, and never shown in place.
func (a *API) content(c *gin.Context) {
	ctx := c.Request.Context()
	d, err := a.Documents.Content(ctx, edge.ActorFrom(ctx), c.Param("id"), c.Param("file"))
	if err != nil {
		a.edge.Fail(c, err)
		return
	}
	download(c, d)
}

// download sends a file as it was kept.
func download(c *gin.Context, d *document.Download) {
	edge.Send(c, edge.Attachment{Name: d.Name, MediaType: d.MediaType, Size: d.Size, Body: d.Body})
}

func (a *API) deleteFile(c *gin.Context) {
	version, err := edge.IfMatch(c.GetHeader("If-Match"))
	if err == nil {
		err = a.Documents.Delete(c.Request.Context(), edge.ActorFrom(c.Request.Context()), c.Param("id"), c.Param("file"), version)
	}
	if err != nil {
		a.edge.Fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}
