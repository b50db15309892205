package question

import (
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
)

// List is questions in the order in which they are asked, ready to check answers to them: the facts of a version, or a
// section of its form.
type List struct {
	Questions []*Question

	record *recordType
	others []*recordType // of the objects that only other lists ask
	env    *cel.Env
}

// Compile checks the definitions of questions and compiles their conditions. top is the name by which a condition speaks of
// the list as a whole; empty: it cannot. With anything wrong it is nil, and each fault is added with its place.
func Compile(top string, questions []*Question, faults *source.List) *List {
	return CompileAmong(top, questions, nil, faults)
}

// CompileAmong is Compile for one of several lists that the same conditions are written for: elsewhere are the questions of
// the first level that others ask, by their names. A condition may name one that this list does not ask; it reads as absent.
func CompileAmong(top string, questions []*Question, elsewhere map[string]*Question, faults *source.List) *List {
	before := len(faults.Faults)
	fail := func(q *Question, format string, args ...any) {
		faults.Add(q.At, "question %s: %s", q.Name, fmt.Sprintf(format, args...))
	}
	(&verifier{fail}).members(questions)
	if len(faults.Faults) > before {
		return nil
	}
	l := &List{Questions: questions, record: newRecordType("Answers", questions)} // no name of a question or of a list
	l.others = l.record.know(elsewhere)
	(&conditions{list: l, topName: top, top: l.record}).compile(l.record, 0, fail)
	(&verifier{fail}).examples(questions)
	if len(faults.Faults) > before {
		return nil
	}
	return l
}

// Env is where conditions compile that read the answers of the list by a name: its types, and the functions over days that
// every condition may use. It is made when it is first asked for, while the list is compiled or right after: many sections
// have no condition at all.
func (l *List) Env(top string) (*cel.Env, error) {
	if l.env != nil {
		return l.env, nil
	}
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, err
	}
	p := &provider{Registry: registry, records: map[string]*recordType{}}
	for _, r := range append(l.record.all(), l.others...) {
		p.records[r.celType.TypeName()] = r
	}
	options := append([]cel.EnvOption{cel.CustomTypeProvider(p), cel.CustomTypeAdapter(p)}, functions...)
	if top != "" {
		options = append(options, cel.Variable(top, l.record.celType))
	}
	l.env, err = cel.NewEnv(options...)
	return l.env, err
}

// EntryType is what conditions see of an entry of one of the list's own lists; false if there is no such list.
func (l *List) EntryType(list string) (*types.Type, bool) {
	slot, ok := l.record.slots[list]
	if !ok || l.Questions[slot].Type != Listing {
		return nil, false
	}
	return l.Questions[slot].Of.celType(), true
}

// provider adds the record types of one list to CEL's own types.
type provider struct {
	*types.Registry
	records map[string]*recordType
}

// FindStructType implements types.Provider.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if r, ok := p.records[name]; ok {
		return types.NewTypeTypeWithParam(r.celType), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldType implements types.Provider.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if r, ok := p.records[name]; ok {
		f, ok := r.getters[field]
		return f, ok
	}
	return p.Registry.FindStructFieldType(name, field)
}

// functions are those of catalogue.md, section 1, that need nothing but answers. A month is a text YYYY-MM.
var functions = []cel.EnvOption{
	compared(operators.Less), compared(operators.LessEquals), compared(operators.Greater), compared(operators.GreaterEquals),
	function("age_on", DateType, DateType, types.IntType, func(birth, day *date) ref.Val { return types.Int(jp.Age(birth.Date, day.Date)) }),
	function("school_year_end", DateType, types.IntType, DateType, func(birth *date, age types.Int) ref.Val {
		return &date{Date: jp.SchoolYearEnd(birth.Date, int(age))}
	}),
	function("month_after_age", DateType, types.IntType, types.StringType, func(birth *date, age types.Int) ref.Val {
		return types.String(jp.MonthAfterAge(birth.Date, int(age)))
	}),
	function("months_since", types.StringType, DateType, types.IntType, func(month types.String, day *date) ref.Val {
		first := monthStart(month)
		return types.Int(12*(day.Year-first.Year) + int(day.Month) - int(first.Month))
	}),
	cel.Function("tax_jan1", cel.Overload("tax_jan1_string", []*cel.Type{types.StringType}, DateType, cel.UnaryBinding(func(month ref.Val) ref.Val {
		text, _ := month.(types.String)
		return jan1(monthStart(text), 8)
	}))),
	function("jan1", DateType, types.IntType, DateType, func(day *date, through types.Int) ref.Val { return jan1(day, int(through)) }),
	cel.Function("month_start", cel.Overload("month_start_string", []*cel.Type{types.StringType}, DateType,
		cel.UnaryBinding(func(month ref.Val) ref.Val {
			text, _ := month.(types.String)
			return monthStart(text)
		}))),
}

// monthStart is the first day of a month; the zero date where there is no month.
func monthStart(month types.String) *date {
	d, _ := jp.ParseDate(string(month) + "-01") // an answer is a month, or absent
	return &date{Date: d}
}

// jan1 is 1 January of the day's year, or of the year before while the day's month is one up to through: what local tax is
// decided by. The zero date stays itself.
func jan1(day *date, through int) *date {
	if day.Date == (jp.Date{}) {
		return day
	}
	year := day.Year
	if int(day.Month) <= through {
		year--
	}
	return &date{Date: jp.Date{Year: year, Month: 1, Day: 1}}
}

// compared lets days stand beside an operator of order; CEL's own implementation compares them.
func compared(operator string) cel.EnvOption {
	return cel.Function(operator, cel.Overload(operator+"_date", []*cel.Type{DateType, DateType}, types.BoolType))
}

func function[A, B ref.Val](name string, a, b, gives *types.Type, apply func(A, B) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_"+a.TypeName()+"_"+b.TypeName(), []*cel.Type{a, b}, gives, cel.BinaryBinding(func(x, y ref.Val) ref.Val {
		first, ok := x.(A)
		second, ok2 := y.(B)
		if !ok || !ok2 {
			return types.NewErr("%s takes a %s and a %s", name, a, b)
		}
		return apply(first, second)
	})))
}
