package parent

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
)

func (a *API) uploadRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/applications/{id}/uploads", ID: "begin-upload", For: edge.Applicant, Status: http.StatusCreated,
			Fails: []int{409}, Summary: "Begin a file in parts, or find the open upload of the same file again",
			About: "The same document, subject, name and size again give the same upload with the parts that are there: after a reload, or on another device.",
			Call:  wire.JSON(a.beginUpload)},
		{Method: http.MethodGet, Path: "/api/v1/applications/{id}/uploads", ID: "list-uploads", For: edge.Applicant, Fails: []int{422},
			Summary: "Open uploads of an application", Call: wire.JSON(a.uploads)},
		{Method: http.MethodGet, Path: "/api/v1/applications/{id}/uploads/{upload}", ID: "show-upload", For: edge.Applicant, Fails: []int{422},
			Summary: "An open upload, with the parts that are there", Call: wire.JSON(a.upload)},
		{Method: http.MethodPost, Path: "/api/v1/applications/{id}/uploads/{upload}/finish", ID: "finish-upload", For: edge.Applicant,
			Status: http.StatusCreated, Fails: []int{409}, Summary: "Make a file of the parts; the same name again replaces it, unless on_taken says otherwise",
			About: "The whole is read back and checked as a file in one piece is. 409 with parts-missing names the parts to send first. Again " +
				"after that, the same answer.", Call: wire.JSON(a.finishUpload)},
		{Method: http.MethodDelete, Path: "/api/v1/applications/{id}/uploads/{upload}", ID: "cancel-upload", For: edge.Applicant,
			Status: http.StatusNoContent, Fails: []int{422}, Summary: "Give an open upload up", Call: wire.JSON(a.cancelUpload)},
		{Method: http.MethodPut, Path: "/api/v1/applications/{id}/uploads/{upload}/parts/{n}", ID: "put-part", For: edge.Applicant,
			Class: edge.Upload, Fails: []int{409, 411},
			Summary: "Send one part; the same part again is taken, other bytes replace it until the upload is finished",
			About:   "The bytes as the body, Content-Length required and exactly the part's: part_size, and for the last part what is left.",
			Call: wire.Raw{Params: partParams, Body: wire.Bytes("application/octet-stream"),
				Status: http.StatusNoContent, Text: "The part is there."}.Call(a.putPart)},
	}
}

type partView struct {
	Number int    `json:"number"`
	Size   int64  `json:"size"`
	Sha256 string `json:"sha256"`
}

type uploadView struct {
	ID        string     `json:"id" format:"uuid" doc:"The file's, once it is finished."`
	Document  string     `json:"document"`
	Subject   string     `json:"subject"`
	Name      string     `json:"name"`
	Size      int64      `json:"size" doc:"Of the whole file, bytes."`
	PartSize  int        `json:"part_size" doc:"Bytes of each part but the last."`
	Parts     []partView `json:"parts" nullable:"false" doc:"Those that are there."`
	ExpiresAt time.Time  `json:"expires_at" doc:"If no further part comes."`
}

func uploadOf(p *document.Progress) uploadView {
	out := uploadView{
		ID:        p.ID,
		Document:  p.Document,
		Subject:   p.Subject,
		Name:      p.Name,
		Size:      p.Size,
		PartSize:  p.PartSize,
		Parts:     []partView{},
		ExpiresAt: p.ExpiresAt.In(jp.JST),
	}
	for _, one := range p.Parts {
		out.Parts = append(out.Parts, partView{Number: one.Number, Size: one.Size, Sha256: hex.EncodeToString(one.Sha256)})
	}
	return out
}

type begun struct {
	Location string `header:"Location"`
	Body     uploadView
}

func (a *API) beginUpload(ctx context.Context, in *struct {
	wire.One
	Body struct {
		Document string `json:"document" example:"pension-enrolment"`
		Subject  string `json:"subject" example:"applicant"`
		Name     string `json:"name" doc:"The file's name." example:"statement.pdf"`
		Size     int64  `json:"size" doc:"Of the whole file, bytes." example:"12582912"`
		Replaces string `json:"replaces,omitempty" format:"uuid" doc:"The file that it is to replace, as at the end."`
	}
}) (*begun, error) {
	p, err := a.Documents.Begin(ctx, edge.ActorFrom(ctx), document.Beginning{
		Application: in.ID,
		Document:    in.Body.Document,
		Subject:     in.Body.Subject,
		Name:        in.Body.Name,
		Size:        in.Body.Size,
		Replaces:    in.Body.Replaces,
	})
	if err != nil {
		return nil, err
	}
	return &begun{Location: applicationsPath + "/" + in.ID + "/uploads/" + p.ID, Body: uploadOf(p)}, nil
}

func (a *API) uploads(ctx context.Context, in *struct {
	wire.One
	Document string `query:"document" doc:"Of this document alone."`
	Subject  string `query:"subject" doc:"Of this subject alone."`
}) (*wire.List[uploadView], error) {
	all, err := a.Documents.Uploads(ctx, edge.ActorFrom(ctx), in.ID, in.Document, in.Subject)
	if err != nil {
		return nil, err
	}
	var out []uploadView
	for i := range all {
		out = append(out, uploadOf(&all[i]))
	}
	return wire.ListOf(out, ""), nil
}

// OneUpload names one open upload.
type OneUpload struct {
	wire.One
	Upload string `path:"upload" doc:"Id of the upload." format:"uuid"`
}

func (a *API) upload(ctx context.Context, in *OneUpload) (*struct{ Body uploadView }, error) {
	p, err := a.Documents.Progress(ctx, edge.ActorFrom(ctx), in.ID, in.Upload)
	if err != nil {
		return nil, err
	}
	return &struct{ Body uploadView }{uploadOf(p)}, nil
}

type finished struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     ReceivedView
}

func (a *API) finishUpload(ctx context.Context, in *struct {
	OneUpload
	Body *struct {
		OnTaken  string   `json:"on_taken,omitempty" enum:"replace,keep-both" doc:"Other bytes under a taken name replace it, or get the next free name."`
		Replaces string   `json:"replaces,omitempty" format:"uuid" doc:"A file not handed in yet that goes for this one."`
		Sha256   []string `json:"sha256,omitempty" doc:"Of each part as it was sent: others are asked for again."`
	}
}) (*finished, error) {
	var end document.Ending
	if in.Body != nil {
		end.KeepBoth, end.Replaces = in.Body.OnTaken == "keep-both", in.Body.Replaces
		for _, text := range in.Body.Sha256 {
			sum, _ := hex.DecodeString(text) // what is none is no part's
			end.Sent = append(end.Sent, sum)
		}
	}
	f, err := a.Documents.Finish(ctx, edge.ActorFrom(ctx), in.ID, in.Upload, end)
	if err != nil {
		return nil, err
	}
	return &finished{Location: applicationsPath + "/" + in.ID + "/files/" + f.ID + "/content", ETag: edge.ETag(f.Version), Body: ReceivedOf(f)}, nil
}

func (a *API) cancelUpload(ctx context.Context, in *OneUpload) (*wire.Empty, error) {
	return &wire.Empty{}, a.Documents.Cancel(ctx, edge.ActorFrom(ctx), in.ID, in.Upload)
}

func (a *API) putPart(c *gin.Context) error {
	number, err := strconv.Atoi(c.Param("n"))
	if err != nil {
		number = 0 // no upload has it
	}
	digest, err := contentDigest(c.GetHeader(headerDigest))
	if err == nil {
		// The edge bounds the time of each piece of the body.
		err = a.Documents.PutPart(c.Request.Context(), edge.ActorFrom(c.Request.Context()), document.PartUpload{
			Application: c.Param("id"),
			Upload:      c.Param("upload"),
			Number:      number,
			Length:      c.Request.ContentLength,
			Sha256:      digest,
			Body:        c.Request.Body,
		})
	}
	if err != nil {
		edge.Discard(c.Request, 2*a.MaxFileSize)
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

const headerDigest = "Content-Digest"

// partParams name a part of an upload.
var partParams = append(wire.Params("id", "upload"),
	&huma.Param{Name: "n", In: "path", Required: true, Description: "From 1.", Schema: &huma.Schema{Type: "integer"}},
	&huma.Param{
		Name:        headerDigest,
		In:          "header",
		Description: "SHA-256 of the part (RFC 9530); other bytes are refused.",
		Example:     "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
		Schema:      &huma.Schema{Type: "string"},
	})

// contentDigest reads the SHA-256 out of a Content-Digest (RFC 9530), nil if it names none. Fault: Malformed (malformed).
func contentDigest(header string) ([]byte, error) {
	for member := range strings.SplitSeq(header, ",") {
		value, found := strings.CutPrefix(strings.TrimSpace(member), "sha-256=:")
		if !found {
			continue
		}
		encoded, closed := strings.CutSuffix(value, ":")
		sum, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || !closed || len(sum) != 32 {
			return nil, fault.Detail{Code: "invalid", Reason: "digest-form", Parameter: headerDigest}.Alone(fault.Malformed, fault.CodeMalformed)
		}
		return sum, nil
	}
	return nil, nil
}
