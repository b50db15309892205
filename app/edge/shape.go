package edge

import (
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
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
		huma.ValidateStrictCasing = true // "Municipality" is no member: decoders disagree on which of two spellings counts
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			f := shapeFault(status, msg, errs)
			return &Problem{
				Type:   typePrefix + f.Code,
				Status: status,
				Code:   f.Code,
				Title:  present.Title(f.Code, Japanese),
				Detail: present.Fault(f, Japanese),
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
		return fault.New(fault.TooLarge, fault.CodeTooLarge, "")
	case status == http.StatusBadRequest && msg == "request body is required":
		return errEmptyBody
	case status == http.StatusBadRequest:
		return errNotJSON
	case status == http.StatusUnprocessableEntity:
		return fault.New(fault.Refused, fault.CodeInvalidRequest, "").With(details...)
	}
	return errInternal
}

// shapeDetail says in our codes what huma says in words. The value is never repeated.
func shapeDetail(one *huma.ErrorDetail) fault.Detail {
	d := fault.Detail{Code: detailInvalid, Reason: "shape-invalid"}
	found := ""
	for _, m := range shapes {
		if groups := m.pattern.FindStringSubmatch(one.Message); groups != nil {
			found = strings.Join(groups[1:], "")
			d = m.detail(found)
			break
		}
	}
	in, rest, _ := strings.Cut(one.Location, ".")
	switch {
	case in == "body" || strings.HasPrefix(in, "body["):
		d.Pointer = pointerOf(strings.TrimPrefix(one.Location, "body"))
	case rest != "":
		d.Parameter = rest
	}
	if d.Code == detailRequired && found != "" {
		d.Pointer += "/" + escapePointer.Replace(found)
	}
	return d
}

func shape(code string, reason fault.Reason) func(string) fault.Detail {
	return func(string) fault.Detail { return limited(code, reason) }
}

func limited(code string, reason fault.Reason, params ...fault.Param) fault.Detail {
	return fault.Detail{Code: code, Reason: reason, Params: params}
}

// shapes are huma's messages (its package validation), the first that fits wins; what stands in the group is the limit, or the
// name of the member that is missing.
var shapes = []struct {
	pattern *regexp.Regexp
	detail  func(found string) fault.Detail
}{
	{regexp.MustCompile(`^expected required property (.+) to be present$`), shape(detailRequired, "required")},
	{regexp.MustCompile(`^expected property (.+) to be present when`), shape(detailRequired, "required")},
	{regexp.MustCompile(`^required .+ parameter is missing$`), shape(detailRequired, "required")},
	{regexp.MustCompile(`^(?:unexpected property|unknown query parameter)$`), shape(detailUnknown, "shape-unknown-member")},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), func(found string) fault.Detail {
		return limited(detailChoice, "limit-not-a-choice", fault.Name("limit", found))
	}},
	{regexp.MustCompile(`^expected length >= (\d+)`), func(found string) fault.Detail {
		return limited(detailShort, "limit-too-short", fault.Name("limit", found))
	}},
	{regexp.MustCompile(`^expected length <= (\d+)`), func(found string) fault.Detail {
		return limited(detailLong, "limit-too-long", fault.Name("limit", found))
	}},
	{regexp.MustCompile(`^expected (?:array length >=|object with at least) (\d+)`), func(found string) fault.Detail {
		return limited(detailFew, "limit-too-few", fault.Name("limit", found))
	}},
	{regexp.MustCompile(`^expected (?:array length <=|object with at most) (\d+)`), func(found string) fault.Detail {
		return limited(detailMany, "limit-too-many", fault.Name("limit", found))
	}},
	{regexp.MustCompile(`^expected number >= (\S+)$`), func(found string) fault.Detail {
		return limited(detailSmall, "limit-too-small", fault.Name("limit", found))
	}},
	{regexp.MustCompile(`^expected number <= (\S+)$`), func(found string) fault.Detail {
		return limited(detailBig, "limit-too-big", fault.Name("limit", found))
	}},
	{regexp.MustCompile(`^expected number > `), shape(detailSmall, "shape-too-small")},
	{regexp.MustCompile(`^expected number < `), shape(detailBig, "shape-too-big")},
	{regexp.MustCompile(`^expected array items to be unique`), shape(detailNotUnique, "shape-not-unique")},
	{regexp.MustCompile(`^expected (?:boolean|number|integer|string|array|object)$`), shape(detailType, "shape-wrong-type")},
	{regexp.MustCompile(`^(?:invalid (?:integer|float|boolean)|json: cannot unmarshal)`), shape(detailType, "shape-wrong-type")},
	{regexp.MustCompile(`^expected (?:string to (?:be|match)|duration)`), shape(detailFormat, "shape-wrong-format")},
	{regexp.MustCompile(`^invalid `), shape(detailFormat, "shape-wrong-format")},
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
