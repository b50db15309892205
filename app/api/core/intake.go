package core

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/portal"
	"kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/models"
)

var sends = edge.Core(models.ScopeIntake)

// mostPackage is the largest package in bytes; a larger one is sent in parts of its own, or taken in by the command on the server.
const mostPackage = 2 << 30

func (a *api) intakeRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/core/intake", ID: "send-intake", For: sends, Class: edge.Upload, Fails: []int{411, 415, 422},
			Summary: "Send applications that were filed at another portal, as one ZIP with a signed manifest; the answer accounts for each",
			About: "Each is taken once, by its sender and receipt number: a batch that was cut, or of which the answer was lost, is sent again as it is. What does " +
				"not fit waits for a clerk with what was sent.",
			Call: wire.Raw{Body: map[string]*huma.MediaType{"application/zip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
				Status: http.StatusOK, Text: "What became of the batch.", JSON: intakeReport{}}.Call(a.intake)},
	}
}

// intakeReport adds up: announced is taken, known and waiting together.
type intakeReport struct {
	Sender    string        `json:"sender"`
	Batch     string        `json:"batch"`
	Announced int           `json:"announced"`
	Taken     int           `json:"taken" doc:"They are cases now."`
	Known     int           `json:"known" doc:"They were sent before."`
	Waiting   int           `json:"waiting" doc:"They wait for a clerk."`
	ForClerk  []intakeUnfit `json:"for_clerk" nullable:"false"`
}

type intakeUnfit struct {
	Place   int            `json:"place" doc:"In the manifest, from 1."`
	Number  string         `json:"number" doc:"The sender's receipt number; another one if that cannot be used."`
	Reasons []fault.Reason `json:"reasons" nullable:"false"`
}

func (a *api) intake(c *gin.Context) error {
	if c.ContentType() != "application/zip" {
		return fault.New(fault.Unsupported, fault.CodeUnsupportedMedia, "")
	}
	spooled, err := portal.Spool(c.Request.Body, mostPackage)
	if err != nil {
		return err
	}
	defer func() { _ = spooled.Close() }()
	if until, ok := c.Request.Context().Deadline(); ok { // the body has come: the answer takes as long as the batch
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(until) // not supported by a test's recorder
	}
	files, err := portal.Zip(spooled, spooled.Size)
	if err != nil {
		return err
	}
	batch, err := portal.Read(files)
	if err != nil {
		return err
	}
	report, err := a.Intake.Take(c.Request.Context(), edge.ActorFrom(c.Request.Context()).Person, batch)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, reportOf(report))
	return nil
}

func reportOf(r *intake.Report) intakeReport {
	return intakeReport{Sender: r.Sender, Batch: r.Batch, Announced: r.Announced, Taken: r.Taken, Known: r.Known, Waiting: r.Waiting,
		ForClerk: wire.Each(r.ForClerk, func(u intake.Unfit) intakeUnfit { return intakeUnfit(u) })}
}
