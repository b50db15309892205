package question

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/strictjson"
)

// What is looked at: answers within these are checked member by member, those outside them are refused as a whole before
// anything is normalised. The largest real form has about 400 members and 20 KB.
const (
	maxDepth   = 8         // objects and lists within each other, the form itself counted
	maxMembers = 4_000     // members and entries at all depths
	maxBytes   = 256 << 10 // of all texts and names together
)

// Tree is answers as encoding/json decodes them, as the checker takes them. What is deeper or larger than any form is
// refused as a whole, with a fault at the pointer.
func Tree(answers map[string]any, pointer string) (*strictjson.Value, []fault.Detail) {
	var t planter
	out := t.value(answers, 1)
	switch {
	case t.deep:
		return nil, []fault.Detail{Fault("too-deep", pointer, fault.Number("max", maxDepth))}
	case t.over():
		return nil, []fault.Detail{Fault(fault.CodeTooLarge, pointer, fault.Number("max", maxBytes>>10))}
	}
	return &out, nil
}

// planter makes a tree and stops at what is too large.
type planter struct {
	members, bytes int
	deep           bool
}

func (t *planter) over() bool { return t.members > maxMembers || t.bytes > maxBytes }

func (t *planter) value(v any, depth int) strictjson.Value {
	if t.deep || t.over() {
		return strictjson.Value{} // it is decided
	}
	switch v := v.(type) {
	case bool:
		return strictjson.Value{Kind: strictjson.Bool, Bool: v}
	case string:
		t.bytes += len(v)
		return strictjson.Value{Kind: strictjson.String, Text: v}
	case json.Number:
		return strictjson.Value{Kind: strictjson.Number, Raw: v.String()}
	case int64:
		return strictjson.Value{Kind: strictjson.Number, Raw: strconv.FormatInt(v, 10)}
	case int:
		return strictjson.Value{Kind: strictjson.Number, Raw: strconv.Itoa(v)}
	case float64:
		return float(v)
	case map[string]any:
		t.deep = depth > maxDepth
		out := strictjson.Value{Kind: strictjson.Object}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			t.members++
			t.bytes += len(name)
			out.Members = append(out.Members, strictjson.Member{Name: name, Value: t.value(v[name], depth+1)})
		}
		return out
	case []any:
		t.deep = depth > maxDepth
		out := strictjson.Value{Kind: strictjson.Array}
		for _, entry := range v {
			t.members++
			out.Items = append(out.Items, t.value(entry, depth+1))
		}
		return out
	}
	return strictjson.Value{Kind: strictjson.Null}
}

// float is a number that has lost how it was written: a whole one is taken for an integer.
func float(v float64) strictjson.Value {
	if v == math.Trunc(v) && math.Abs(v) < 1<<62 {
		return strictjson.Value{Kind: strictjson.Number, Raw: strconv.FormatInt(int64(v), 10)}
	}
	return strictjson.Value{Kind: strictjson.Number, Raw: strconv.FormatFloat(v, 'e', -1, 64)}
}
