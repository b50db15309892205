package edge

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// shapeInput has one of each constraint.
type shapeInput struct {
	ID    string `path:"id" format:"uuid"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Fence int64  `header:"Fence"`
	Body  struct {
		Procedure string `json:"procedure" minLength:"2" maxLength:"4"`
		Phase     string `json:"phase,omitempty" enum:"trial,full"`
		Count     int    `json:"count,omitempty" minimum:"1" maximum:"9"`
		Day       string `json:"day,omitempty" format:"date"`
		Code      string `json:"code,omitempty" pattern:"^[0-9]{6}$"`
		Rows      []struct {
			From string `json:"from"`
		} `json:"rows,omitempty" minItems:"1" maxItems:"2"`
		Tags []string `json:"tags,omitempty" uniqueItems:"true"`
	}
}

type shapeOutput struct {
	Body struct {
		Actor models.Actor `json:"actor"`
	}
}

func newShaped(t *testing.T, fails *error) *harness {
	h := newHarness(t, nil)
	api := humagin.New(h.Engine, HumaConfig("test", "1"))
	huma.Register(api, h.Huma(huma.Operation{Method: http.MethodPost, Path: "/api/v1/things/{id}"}, Route{Operation: "change-thing", Permission: Applicant}),
		func(ctx context.Context, in *shapeInput) (*shapeOutput, error) {
			if fails != nil {
				return nil, *fails
			}
			out := &shapeOutput{}
			out.Body.Actor = ActorFrom(ctx)
			return out, nil
		})
	return h
}

const (
	thing     = "/api/v1/things/0198a3c0-0000-7000-8000-000000000000"
	goodThing = `{"procedure":"abc"}`
)

func TestATypedHandlerGetsItsActor(t *testing.T) {
	h := newShaped(t, nil)
	a := h.call("POST", thing, goodThing, append(bearer("parent"), "Accept", "image/png")...)
	if a.Code != 200 || !strings.Contains(a.Body.String(), `"Purpose":"change-thing"`) || !strings.Contains(a.Body.String(), `"Person":"test/parent"`) {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	want(t, "no token", h.call("POST", thing, goodThing).problem()["code"], any("unauthorized"))
	want(t, "route in the log", h.log.Lines(t, "request")[0]["route"], any("/api/v1/things/:id"))
}

func TestWhatDoesNotFitTheShapeIsSaidByCodeAndPointer(t *testing.T) {
	h := newShaped(t, nil)
	for _, c := range []struct {
		name, target, body, header string
		status                     int
		code                       string
		details                    string // code@pointer or code@parameter
	}{
		{"missing", thing, `{}`, "", 422, "invalid-request", "required@/procedure"},
		{"unknown", thing, `{"procedure":"abc","extra":1}`, "", 422, "invalid-request", "unknown-member@/extra"},
		{"type", thing, `{"procedure":1}`, "", 422, "invalid-request", "wrong-type@/procedure"},
		{"body type", thing, `[]`, "", 422, "invalid-request", "wrong-type@"},
		{"short", thing, `{"procedure":"a"}`, "", 422, "invalid-request", "too-short@/procedure"},
		{"long", thing, `{"procedure":"abcde"}`, "", 422, "invalid-request", "too-long@/procedure"},
		{"choice", thing, `{"procedure":"abc","phase":"x"}`, "", 422, "invalid-request", "not-a-choice@/phase"},
		{"small", thing, `{"procedure":"abc","count":-1}`, "", 422, "invalid-request", "too-small@/count"},
		{"big", thing, `{"procedure":"abc","count":10}`, "", 422, "invalid-request", "too-big@/count"},
		{"fraction", thing, `{"procedure":"abc","count":1.5}`, "", 422, "invalid-request", "wrong-type@/count"},
		{"date", thing, `{"procedure":"abc","day":"2026-02-30"}`, "", 422, "invalid-request", "wrong-format@/day"},
		{"pattern", thing, `{"procedure":"abc","code":"1"}`, "", 422, "invalid-request", "wrong-format@/code"},
		{"few", thing, `{"procedure":"abc","rows":[]}`, "", 422, "invalid-request", "too-few@/rows"},
		{"many", thing, `{"procedure":"abc","rows":[{"from":""},{"from":""},{"from":""}]}`, "", 422, "invalid-request", "too-many@/rows"},
		{"deep", thing, `{"procedure":"abc","rows":[{"from":""},{}]}`, "", 422, "invalid-request", "required@/rows/1/from"},
		{"unique", thing, `{"procedure":"abc","tags":["a","a"]}`, "", 422, "invalid-request", "not-unique@/tags"},
		{"two", thing, `{"phase":"x"}`, "", 422, "invalid-request", "not-a-choice@/phase required@/procedure"},
		{"query", thing + "?limit=0", goodThing, "", 422, "invalid-request", "too-small@limit"},
		{"query type", thing + "?limit=x", goodThing, "", 422, "invalid-request", "wrong-type@limit"},
		{"header", thing, goodThing, "x", 422, "invalid-request", "wrong-type@Fence"},
		{"malformed id", "/api/v1/things/1", goodThing, "", 404, "not-found", ""},
		{"empty", thing, "", "", 400, "malformed", ""},
		{"not JSON", thing, `{"procedure":`, "", 400, "malformed", ""},
		{"two values", thing, `{} {}`, "", 400, "malformed", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := h.call("POST", c.target, c.body, append(bearer("parent"), "Fence", c.header)...)
			p := a.problem()
			want(t, "status", a.Code, c.status)
			want(t, "code", p["code"], any(c.code))
			var got []string
			errs, _ := p["errors"].([]any)
			for _, e := range errs {
				m := e.(map[string]any)
				at, _ := m["pointer"].(string)
				if parameter, ok := m["parameter"].(string); ok {
					at = parameter
				}
				if !japanese(m["detail"].(string)) {
					t.Errorf("no Japanese text: %v", m)
				}
				got = append(got, m["code"].(string)+"@"+at)
			}
			for _, wanted := range strings.Fields(c.details) {
				if !strings.Contains(" "+strings.Join(got, " ")+" ", " "+wanted+" ") {
					t.Errorf("got %v, want %s", got, c.details)
				}
			}
			if len(got) != len(strings.Fields(c.details)) {
				t.Errorf("got %v, want %s", got, c.details)
			}
		})
	}
}

func TestATypedHandlersFaultBecomesItsProblem(t *testing.T) {
	var fails error
	h := newShaped(t, &fails)
	for _, c := range []struct {
		err    error
		status int
	}{
		{fault.New(fault.Conflict, fault.CodeDuplicate, "").Note("application", "0198"), 409},
		{fault.New(fault.Unavailable, fault.CodeUnavailable, ""), 503},
		{context.DeadlineExceeded, 503},
		{http.ErrNoLocation, 500},
	} {
		fails = c.err
		a := h.call("POST", thing, goodThing, bearer("parent")...)
		p := a.problem()
		want(t, "status", a.Code, c.status)
		if c.status == 409 {
			want(t, "extra", p["application"], any("0198"))
		}
		if c.status == 503 && a.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
}

func TestTheSchemaOfAProblemIsOurs(t *testing.T) {
	h := newHarness(t, nil)
	api := humagin.New(h.Engine, HumaConfig("test", "1"))
	huma.Register(api, h.Huma(huma.Operation{Method: "GET", Path: "/x", Errors: []int{404}}, Route{Operation: "x", Permission: Applicant}),
		func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	spec, err := json.Marshal(api.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"Problem":`, `"ProblemDetail":`, `"pointer"`, `"operationId":"x"`, `"security":[{"bearer":[]},{"session":[]}]`,
		`application/problem+json`} {
		if !strings.Contains(string(spec), part) {
			t.Errorf("the specification lacks %s", part)
		}
	}
}
