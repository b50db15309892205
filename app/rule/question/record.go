package question

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"kosodate.example/onestop/app/rule/jp"
)

// recordType is an object of answers as CEL sees it: typed, so that a condition that names an unknown question does not
// compile, and with a slot a question, so that reading one is an index and not a look-up by name.
type recordType struct {
	celType   *types.Type
	questions []*Question
	slots     map[string]int
	getters   map[string]*types.FieldType
}

func newRecordType(name string, questions []*Question) *recordType {
	t := &recordType{celType: types.NewObjectType(name), questions: questions, slots: map[string]int{}, getters: map[string]*types.FieldType{}}
	for slot, q := range questions {
		q.prepare(name + "." + q.Name)
		t.slots[q.Name] = slot
		t.getters[q.Name] = &types.FieldType{
			Type:    q.celType(),
			IsSet:   func(object any) bool { return object.(*Record).values[slot] != nil },
			GetFrom: func(object any) (any, error) { return object.(*Record).at(slot), nil },
		}
	}
	return t
}

// know lets conditions name answers that this list does not ask, which read as absent; it gives the types of their objects.
func (t *recordType) know(elsewhere map[string]*Question) []*recordType {
	var objects []*recordType
	for name, q := range elsewhere {
		if _, asked := t.slots[name]; asked {
			continue
		}
		q.prepare("Elsewhere." + name)
		absent := q.absent()
		t.getters[name] = &types.FieldType{
			Type:    q.celType(),
			IsSet:   func(any) bool { return false },
			GetFrom: func(any) (any, error) { return absent, nil },
		}
		if q.Type == Listing {
			q = q.Of
		}
		if q.record != nil {
			objects = append(objects, q.record.all()...)
		}
	}
	return objects
}

// all gives this type and those of the objects inside it.
func (t *recordType) all() []*recordType {
	out := []*recordType{t}
	for _, q := range t.questions {
		if q.Type == Listing {
			q = q.Of
		}
		if q.record != nil {
			out = append(out, q.record.all()...)
		}
	}
	return out
}

// Record is one object of answers, decoded and checked. Its values are CEL values already: nothing is converted when a
// condition is evaluated. A nil value is an answer that is not there.
type Record struct {
	lasting
	kind   *recordType
	values []ref.Val
	// unsure are the slots of answers that are wrong or still missing: what depends on one of them is not judged.
	unsure uint64
}

// Get reads an answer by its name; nil if it is not there.
func (r *Record) Get(name string) ref.Val {
	if slot, ok := r.kind.slots[name]; ok {
		return r.values[slot]
	}
	return nil
}

// Entries are those of a list; nil if there is none of that name.
func (r *Record) Entries(name string) traits.Lister {
	list, _ := r.Get(name).(traits.Lister)
	return list
}

// at reads an answer as a condition does: one that is absent reads as the default of its type.
func (r *Record) at(slot int) ref.Val {
	if v := r.values[slot]; v != nil {
		return v
	}
	return r.kind.questions[slot].absent()
}

// Plain are the answers as encoding/json takes them, in their normal form.
func (r *Record) Plain() map[string]any {
	out := make(map[string]any, len(r.values))
	for slot, v := range r.values {
		if v != nil {
			out[r.kind.questions[slot].Name] = plain(v)
		}
	}
	return out
}

func plain(v ref.Val) any {
	switch v := v.(type) {
	case *Record:
		return v.Plain()
	case *date:
		return v.String()
	case traits.Lister:
		out := []any{}
		for i := range int(v.Size().(types.Int)) {
			out = append(out, plain(v.Get(types.Int(i))))
		}
		return out
	}
	return v.Value()
}

// Equal implements ref.Val: an object of answers is equal to itself only, no condition compares two.
func (r *Record) Equal(other ref.Val) ref.Val { return types.Bool(ref.Val(r) == other) }

// Type implements ref.Val.
func (r *Record) Type() ref.Type { return r.kind.celType }

// Value implements ref.Val.
func (r *Record) Value() any { return r }

// lasting is what both values of our own are: they leave a condition as nothing else.
type lasting struct{}

// ConvertToNative implements ref.Val.
func (lasting) ConvertToNative(to reflect.Type) (any, error) {
	return nil, fmt.Errorf("an answer does not convert to %v", to)
}

// ConvertToType implements ref.Val.
func (lasting) ConvertToType(to ref.Type) ref.Val {
	return types.NewErr("an answer does not convert to %s", to.TypeName())
}

// DateType is the type of a day in conditions.
var DateType = types.NewObjectType("date", traits.ComparerType)

// date is a day in a condition.
type date struct {
	lasting
	jp.Date
}

// DateValue is a day as conditions take it.
func DateValue(d jp.Date) ref.Val { return &date{Date: d} }

// Compare implements traits.Comparer.
func (d *date) Compare(other ref.Val) ref.Val {
	o, ok := other.(*date)
	if !ok {
		return types.NewErr("a date is compared with another one")
	}
	return types.Int(d.Date.Compare(o.Date))
}

// Equal implements ref.Val.
func (d *date) Equal(other ref.Val) ref.Val {
	o, ok := other.(*date)
	return types.Bool(ok && o.Date == d.Date)
}

// Type implements ref.Val.
func (d *date) Type() ref.Type { return DateType }

// Value implements ref.Val.
func (d *date) Value() any { return d }
