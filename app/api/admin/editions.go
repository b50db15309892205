package admin

import (
	"context"
	"crypto/sha256"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/edition"
)

const editionsPath = "/api/v1/admin/editions"

func (a *api) editionRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: editionsPath, ID: "list-editions", For: edge.Admin, Fails: []int{422},
			Summary: "Editions of the catalogue, newest first", Call: wire.JSON(a.editions)},
		{Method: http.MethodPost, Path: editionsPath, ID: "upload-edition", For: edge.Admin, Class: edge.Upload, Once: true,
			Status: http.StatusCreated, Fails: []int{411, 413}, Summary: "Upload an edition as a zip file, as a draft",
			About: "422 invalid-edition names file and line of each fault, and keeps nothing.",
			Call: wire.Raw{Params: editionParams, Body: wire.Bytes("application/zip"), Status: http.StatusCreated, Text: "The draft.",
				JSON: editionOf{}}.Call(a.uploadEdition)},
		{Method: http.MethodGet, Path: editionsPath + "/{id}", ID: "show-edition", For: edge.Admin, Fails: []int{422},
			Summary: "One edition, with what was found in it", Call: wire.JSON(a.edition)},
		{Method: http.MethodGet, Path: editionsPath + "/{id}/bundle", ID: "show-edition-bundle", For: edge.Admin, Class: edge.Download,
			Summary: "The files of one edition", Call: wire.Raw{Params: wire.Params("id"), Status: http.StatusOK, Text: "The bundle.",
				Answer: wire.Bytes("application/zip")}.Call(a.editionBundle)},
		{Method: http.MethodPost, Path: editionsPath + "/{id}/replay", ID: "replay-edition", For: edge.Admin, Once: true,
			Status: http.StatusAccepted, Fails: []int{409}, Summary: "Try an edition on the cases that arrived in a period",
			About: "A job counts how many parents would bring more, fewer or other papers, and why; its result is in GET …/{id}. Of the " +
				"edition in force it also makes the lists of reassessments. One that is under way is stopped.",
			Call: wire.JSON(a.replayEdition)},
		{Method: http.MethodPost, Path: editionsPath + "/{id}/propose", ID: "propose-edition", For: edge.Admin, Once: true, Fails: []int{409, 422},
			Summary: "Propose to put an edition in force, when all of its cases agree", Call: wire.JSON(a.proposeEdition)},
		{Method: http.MethodPost, Path: editionsPath + "/{id}/approve", ID: "approve-edition", For: edge.Admin, Fails: []int{409, 412},
			Summary: "Approve another person's edition", Call: wire.JSON(a.decideEdition(a.Publish.Approve))},
		{Method: http.MethodPost, Path: editionsPath + "/{id}/cancel", ID: "cancel-edition", For: edge.Admin, Fails: []int{409, 412},
			Summary: "Take an edition back before it is in force", Call: wire.JSON(a.decideEdition(a.Publish.Cancel))},
		{Method: http.MethodPost, Path: editionsPath + "/{id}/restore", ID: "restore-edition", For: edge.Admin, Once: true,
			Status: http.StatusCreated, Fails: []int{409}, Summary: "Make a draft of an earlier edition",
			Call: wire.JSON(a.restoreEdition)},
	}
}

var editionParams = []*huma.Param{{Name: "Idempotency-Key", In: "header", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}

func (a *api) editions(ctx context.Context, in *struct{ wire.Paged }) (*wire.List[EditionLine], error) {
	return wire.Listed(ctx, in.Paged, a.Publish.List, lineOfEdition, func(e EditionLine) string { return e.ID })
}

// OneEdition names one edition.
type OneEdition struct {
	ID string `path:"id" doc:"Id of the edition." format:"uuid"`
}

func (a *api) edition(ctx context.Context, in *struct {
	wire.Speaks
	OneEdition
}) (*wire.Versioned[editionOf], error) {
	e, err := a.Publish.Get(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return a.editionBody(ctx, e, in.Lang())
}

// editionBody says an edition in the words of the API.
func (a *api) editionBody(ctx context.Context, e *publish.Edition, lang string) (*wire.Versioned[editionOf], error) {
	both, err := a.Publish.Catalogues(ctx, edge.ActorFrom(ctx), e.ID)
	if err != nil {
		return nil, err
	}
	tried, err := a.Publish.LastReplay(ctx, edge.ActorFrom(ctx), e.ID)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(e.Version, bodyOfEdition(e, both, tried, lang)), nil
}

// drained is how much of a bundle that is too large is read and thrown away, so that its sender hears why it was refused.
const drained = 64 << 20

// uploadEdition takes a zip of bounded size into memory: it is examined as a whole.
func (a *api) uploadEdition(c *gin.Context) error {
	ctx := c.Request.Context()
	if c.Request.ContentLength > edition.MaxBundle {
		// A client that is still sending would see a broken connection in the place of the refusal.
		_, _ = io.CopyN(io.Discard, c.Request.Body, drained)
		return fault.New(fault.TooLarge, fault.CodeTooLarge, "edition-too-large", fault.Number("max", edition.MaxBundle>>20))
	}
	zip, err := io.ReadAll(io.LimitReader(c.Request.Body, edition.MaxBundle+1))
	if err != nil {
		return fault.New(fault.Malformed, fault.CodeMalformed, "").Because(err)
	}
	key, err := edge.IdempotencyKey(c.GetHeader("Idempotency-Key"))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(zip)
	req := dossier.Request{Route: "POST " + editionsPath, Key: key, BodyHash: sum[:]}
	e, err := a.Publish.Upload(ctx, edge.ActorFrom(ctx), req, zip)
	if err != nil {
		return err
	}
	out, err := a.editionBody(ctx, e, edge.Language(c.Request))
	if err != nil {
		return err
	}
	c.Header("Location", editionsPath+"/"+e.ID)
	c.JSON(http.StatusCreated, out.Body)
	return nil
}

func (a *api) editionBundle(c *gin.Context) error {
	b, err := a.Publish.Bundle(c.Request.Context(), edge.ActorFrom(c.Request.Context()), c.Param("id"))
	if err != nil {
		return err
	}
	zip, err := b.Zip()
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="edition-`+b.Digest()[:12]+`.zip"`)
	c.Data(http.StatusOK, "application/zip", zip)
	return nil
}

func (a *api) proposeEdition(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	OneEdition
	Body struct {
		From     time.Time `json:"from"`
		Circular string    `json:"circular" doc:"The circular (通知) on which it rests."`
		Reason   string    `json:"reason"`
	}
}) (*wire.Versioned[editionOf], error) {
	req, err := in.Request(ctx, "POST "+editionsPath+"/"+in.ID+"/propose")
	if err != nil {
		return nil, err
	}
	if !wire.Writable(in.Body.From) {
		return nil, fault.Detail{Code: "invalid", Reason: "time-out-of-range", Pointer: "/from"}.Alone(fault.Refused, fault.CodeInvalidRequest)
	}
	p := publish.Proposal{From: in.Body.From, Reason: in.Body.Reason, Circular: in.Body.Circular}
	e, err := a.Publish.Propose(ctx, edge.ActorFrom(ctx), req, in.ID, p)
	if err != nil {
		return nil, err
	}
	return a.editionBody(ctx, e, in.Lang())
}

func (a *api) restoreEdition(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	ID string `path:"id" doc:"Id of the edition, or the digest of one that is or was in force: that of the installation has no id."`
}) (*wire.Versioned[editionOf], error) {
	req, err := in.Request(ctx, "POST "+editionsPath+"/"+in.ID+"/restore")
	if err != nil {
		return nil, err
	}
	e, err := a.Publish.Restore(ctx, edge.ActorFrom(ctx), req, in.ID)
	if err != nil {
		return nil, err
	}
	return a.editionBody(ctx, e, in.Lang())
}
