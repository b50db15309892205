package apply

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
)

// Patch is a JSON Merge Patch (RFC 7396) over facts, form, consents and declarations.
type Patch []byte

// editable is the part of a content that a patch may change.
type editable struct {
	Facts        json.RawMessage       `json:"facts"`
	Form         map[string]any        `json:"form"`
	Consents     []string              `json:"consents"`
	Declarations []dossier.Declaration `json:"declarations"`
}

// merge applies a patch to a content. A member that is unknown or of the wrong shape is refused with its pointer; nothing
// is changed then. Errors: malformed, invalid-request, individual-number.
func merge(c dossier.Content, p Patch) (dossier.Content, error) {
	var wanted map[string]json.RawMessage
	if err := json.Unmarshal(p, &wanted); err != nil || wanted == nil {
		return c, fault.New(fault.Malformed, fault.CodeMalformed, "not-an-object").Because(err)
	}
	before, err := json.Marshal(editable{c.Facts, c.Form, c.Consents, c.Declarations})
	if err != nil {
		return c, err
	}
	after, err := jsonpatch.MergePatch(before, p)
	if err != nil {
		return c, fault.New(fault.Malformed, fault.CodeMalformed, "not-an-object").Because(err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(after, &members); err != nil {
		return c, fault.New(fault.Malformed, fault.CodeMalformed, "not-an-object").Because(err)
	}
	out := dossier.Content{Shown: c.Shown, HandedIn: c.HandedIn}
	targets := map[string]any{"facts": &out.Facts, "form": &out.Form, "consents": &out.Consents, "declarations": &out.Declarations}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if targets[name] == nil {
			return c, unknownMember(name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if err := strictly(members[name], targets[name]); err != nil {
			return c, invalidRequest(pointer(name), "wrong-type", "wrong-member")
		}
	}
	if len(out.Facts) == 0 || string(out.Facts) == "null" {
		out.Facts = json.RawMessage(`{}`)
	}
	if out.Facts[0] != '{' {
		return c, invalidRequest("/facts", "wrong-type", "wrong-member")
	}
	return out, nil
}

// strictly decodes one member and refuses names that it does not have.
func strictly(raw json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	d.UseNumber() // 9.0 is not the integer 9, as in a form that is sent whole
	return d.Decode(into)
}

// unknownMember refuses a member. A name that looks like an individual number is not repeated (P4).
func unknownMember(name string) *fault.Error {
	if individual.InText(name) {
		return fault.Checked(fault.CodeInvalidRequest, "", []fault.Detail{{Code: fault.CodeIndividualNumber, Pointer: ""}})
	}
	return invalidRequest(pointer(name), "unknown-member", "draft-member")
}

func invalidRequest(at, code string, reason fault.Reason) *fault.Error {
	return fault.Detail{Code: code, Reason: reason, Pointer: at}.Alone(fault.Refused, fault.CodeInvalidRequest)
}

// pointer writes a JSON Pointer from its parts.
func pointer(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteByte('/')
		switch v := p.(type) {
		case int:
			b.WriteString(strconv.Itoa(v))
		case string:
			b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(v))
		}
	}
	return b.String()
}

// same says whether two contents have the same answers.
func same(a, b dossier.Content) bool {
	var x, y any
	for of, into := range map[*dossier.Content]*any{&a: &x, &b: &y} {
		raw, err := json.Marshal(editable{of.Facts, of.Form, of.Consents, of.Declarations})
		if err != nil || json.Unmarshal(raw, into) != nil {
			return false
		}
	}
	return reflect.DeepEqual(x, y)
}

// differences names the members of a patch whose saved value is another one now: what a person whose copy is stale has
// to look at before saving again (api.md, 412).
func differences(c dossier.Content, p Patch) []fault.Detail {
	saved, err := json.Marshal(editable{c.Facts, c.Form, c.Consents, c.Declarations})
	if err != nil {
		return nil
	}
	var now, wanted any
	if json.Unmarshal(saved, &now) != nil || json.Unmarshal(p, &wanted) != nil {
		return nil
	}
	var pointers []string
	walkDifferences("", now, wanted, &pointers)
	sort.Strings(pointers)
	details := make([]fault.Detail, len(pointers))
	for i, at := range pointers {
		details[i] = fault.Detail{Code: "changed-meanwhile", Pointer: at}
	}
	return details
}

func walkDifferences(at string, now, wanted any, out *[]string) {
	object, ok := wanted.(map[string]any)
	if !ok {
		if !reflect.DeepEqual(now, wanted) {
			*out = append(*out, at)
		}
		return
	}
	current, _ := now.(map[string]any)
	for name, w := range object {
		if n := current[name]; n != nil || w != nil {
			walkDifferences(at+pointer(name), n, w, out)
		}
	}
}
