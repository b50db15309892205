package catalogue

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"kosodate.example/onestop/app/rule/jp"
)

// recordType is an object of facts as CEL sees it: typed, so that a condition that names an unknown fact does not
// compile, and with a slot a field, so that reading one is an index and not a look-up by name.
type recordType struct {
	celType *types.Type
	fields  []*Fact
	slots   map[string]int
	getters map[string]*types.FieldType
}

func newRecordType(name string, fields []*Fact) *recordType {
	t := &recordType{celType: types.NewObjectType(name), fields: fields, slots: map[string]int{}, getters: map[string]*types.FieldType{}}
	for slot, f := range fields {
		f.prepare(name + "." + f.Name)
		t.slots[f.Name] = slot
		t.getters[f.Name] = &types.FieldType{
			Type:  f.celType(),
			IsSet: func(object any) bool { return object.(*record).values[slot] != nil },
			GetFrom: func(object any) (any, error) {
				if v := object.(*record).values[slot]; v != nil {
					return v, nil
				}
				return nil, fmt.Errorf("%s.%s is not there", name, f.Name)
			},
		}
	}
	return t
}

// all gives this type and those of the objects inside it.
func (t *recordType) all() []*recordType {
	out := []*recordType{t}
	for _, f := range t.fields {
		if f.Type == FactList {
			f = f.Of
		}
		if f.record != nil {
			out = append(out, f.record.all()...)
		}
	}
	return out
}

// record is one object of facts, decoded and checked. Its values are CEL values already: nothing is converted when a
// condition is evaluated. A nil value is a member that is rightly not there.
type record struct {
	kind   *recordType
	values []ref.Val
}

// ConvertToNative implements ref.Val; facts never leave a condition as anything else.
func (r *record) ConvertToNative(to reflect.Type) (any, error) {
	return nil, fmt.Errorf("facts do not convert to %v", to)
}

// ConvertToType implements ref.Val.
func (r *record) ConvertToType(to ref.Type) ref.Val {
	if to == types.TypeType {
		return r.kind.celType
	}
	return types.NewErr("facts do not convert to %s", to.TypeName())
}

// Equal implements ref.Val: an object of facts is equal to itself only, no condition compares two.
func (r *record) Equal(other ref.Val) ref.Val { return types.Bool(ref.Val(r) == other) }

// Type implements ref.Val.
func (r *record) Type() ref.Type { return r.kind.celType }

// Value implements ref.Val.
func (r *record) Value() any { return r }

// get reads a member by name; nil if it is not there.
func (r *record) get(name string) ref.Val {
	slot, ok := r.kind.slots[name]
	if !ok {
		return nil
	}
	return r.values[slot]
}

// dateType is the type of a day in conditions; age_on works on it.
var dateType = types.NewOpaqueType("date")

// date is a day in a condition.
type date struct{ jp.Date }

// ConvertToNative implements ref.Val.
func (d *date) ConvertToNative(to reflect.Type) (any, error) {
	return nil, fmt.Errorf("a date does not convert to %v", to)
}

// ConvertToType implements ref.Val.
func (d *date) ConvertToType(to ref.Type) ref.Val {
	if to == types.TypeType {
		return dateType
	}
	return types.NewErr("a date does not convert to %s", to.TypeName())
}

// Equal implements ref.Val.
func (d *date) Equal(other ref.Val) ref.Val {
	o, ok := other.(*date)
	return types.Bool(ok && o.Date == d.Date)
}

// Type implements ref.Val.
func (d *date) Type() ref.Type { return dateType }

// Value implements ref.Val.
func (d *date) Value() any { return d }
