package edge

import (
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"kosodate.example/onestop/app/fault"
)

// HumaConfig is the configuration with which app/api makes its huma API: JSON alone, no links to schemas in the answers
// (they would rebuild a problem's type and lose its extra members), the two ways to sign in.
func HumaConfig(title, version string) huma.Config {
	c := huma.DefaultConfig(title, version)
	c.CreateHooks = nil
	c.SchemasPath = ""
	c.NoFormatFallback = false
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {
			Type:         "http",
			Scheme:       "bearer",
			BearerFormat: "JWT",
			Description:  "An access token of the sign-in service.",
		},
		"session": {
			Type:        "apiKey",
			In:          "cookie",
			Name:        cookieName(true),
			Description: "The browser's session, after /auth/login.",
		},
	}
	return c
}

var installOnce sync.Once

// installErrors makes huma's own refusals problem documents of the one shape. huma keeps these functions in package
// variables, so it is done once for the process; which Edge answers is found in the request.
func installErrors() {
	installOnce.Do(func() {
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			f := shapeFault(status, msg, errs)
			return &Problem{
				Type:   typePrefix + f.Code,
				Status: status,
				Code:   f.Code,
				Title:  titleOf(Japanese, f.Code, status),
				Detail: detailOf(Japanese, f),
				Lang:   Japanese,
			}
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
			c := humagin.Unwrap(ctx)
			rec := recordFrom(c.Request.Context())
			if rec == nil { // an API on an engine that is not an Edge's
				return huma.NewError(status, msg, errs...)
			}
			p := rec.edge.Problem(c, shapeError(status, msg, errs))
			for k, v := range p.Header {
				c.Writer.Header()[k] = v
			}
			c.Header("Cache-Control", "no-store")
			return p
		}
	})
}

// shapeError finds the handler's own error in what huma passes on; the rest is a refusal of huma's.
func shapeError(status int, msg string, errs []error) error {
	for _, err := range errs {
		if f := fault.As(err); f != nil {
			return err
		}
	}
	if status == http.StatusInternalServerError && len(errs) == 1 {
		return errs[0]
	}
	if status == http.StatusNotAcceptable || status == http.StatusRequestTimeout {
		return statusFault(status)
	}
	return shapeFault(status, msg, errs)
}

// shapeFault turns huma's list of what does not fit the described shape into a fault. A path parameter that does not fit
// is an id that does not exist (api.md, 404).
func shapeFault(status int, msg string, errs []error) *fault.Error {
	var details []fault.Detail
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		one := d.ErrorDetail()
		if strings.HasPrefix(one.Location, "path.") {
			return fault.ErrNotFound
		}
		details = append(details, shapeDetail(one))
	}
	switch {
	case status == http.StatusUnsupportedMediaType:
		return errMediaType
	case status == http.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, fault.CodeTooLarge, "The body is too large.")
	case status == http.StatusBadRequest && msg == "request body is required":
		return errEmptyBody
	case status == http.StatusBadRequest:
		return errNotJSON
	case status == http.StatusUnprocessableEntity:
		return fault.New(fault.Refused, fault.CodeInvalidRequest, "Something in the request is missing or not right.").With(details...)
	}
	return errInternal
}

// shapeDetail says in our codes what huma says in words. The value is never repeated.
func shapeDetail(one *huma.ErrorDetail) fault.Detail {
	d := fault.Detail{Code: detailInvalid, Params: map[string]string{}}
	in, rest, _ := strings.Cut(one.Location, ".")
	switch {
	case in == "body" || strings.HasPrefix(in, "body["):
		d.Pointer = pointerOf(strings.TrimPrefix(one.Location, "body"))
	case rest != "":
		d.Params[paramName] = rest
	}
	for _, m := range shapes {
		found := m.pattern.FindStringSubmatch(one.Message)
		if found == nil {
			continue
		}
		d.Code = m.code
		if len(found) > 1 {
			if m.code == detailRequired {
				d.Pointer += "/" + escapePointer.Replace(found[1])
			} else {
				d.Params[paramLimit] = found[1]
			}
		}
		break
	}
	return d
}

// shapes are huma's messages (its package validation), the first that fits wins.
var shapes = []struct {
	pattern *regexp.Regexp
	code    string
}{
	{regexp.MustCompile(`^expected required property (.+) to be present$`), detailRequired},
	{regexp.MustCompile(`^expected property (.+) to be present when`), detailRequired},
	{regexp.MustCompile(`^required .+ parameter is missing$`), detailRequired},
	{regexp.MustCompile(`^(?:unexpected property|unknown query parameter)$`), detailUnknown},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), detailChoice},
	{regexp.MustCompile(`^expected length >= (\d+)`), detailShort},
	{regexp.MustCompile(`^expected length <= (\d+)`), detailLong},
	{regexp.MustCompile(`^expected array length >= (\d+)`), detailFew},
	{regexp.MustCompile(`^expected array length <= (\d+)`), detailMany},
	{regexp.MustCompile(`^expected object with at least (\d+)`), detailFew},
	{regexp.MustCompile(`^expected object with at most (\d+)`), detailMany},
	{regexp.MustCompile(`^expected number >= (\S+)$`), detailSmall},
	{regexp.MustCompile(`^expected number <= (\S+)$`), detailBig},
	{regexp.MustCompile(`^expected number > `), detailSmall},
	{regexp.MustCompile(`^expected number < `), detailBig},
	{regexp.MustCompile(`^expected array items to be unique`), detailNotUnique},
	{regexp.MustCompile(`^expected (?:boolean|number|integer|string|array|object)$`), detailType},
	{regexp.MustCompile(`^(?:invalid (?:integer|float|boolean)|json: cannot unmarshal)`), detailType},
	{regexp.MustCompile(`^expected (?:string to (?:be|match)|duration)`), detailFormat},
	{regexp.MustCompile(`^invalid `), detailFormat},
}

var (
	escapePointer = strings.NewReplacer("~", "~0", "/", "~1")
	indexed       = regexp.MustCompile(`\[(\d+)\]`)
)

// pointerOf makes a JSON Pointer of what follows "body" in huma's path, ".rows[0].from". A member's name that holds a
// dot cannot be told apart there; no name of ours does.
func pointerOf(path string) string {
	path = indexed.ReplaceAllString(path, ".$1")
	if path == "" {
		return ""
	}
	parts := strings.Split(strings.TrimPrefix(path, "."), ".")
	for i, p := range parts {
		parts[i] = escapePointer.Replace(p)
	}
	return "/" + strings.Join(parts, "/")
}
