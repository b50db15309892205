package cases

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/rule/question"
)

// Template is an empty case table of one version: its headings, a row that says how each column is answered, and the version's
// example as the first case, which passes as it stands.
type Template struct {
	Rows    [][]string
	columns []*question.Question // by the columns of Rows; nil for those that are no answer
	title   string
}

// templateEntries is how many entries of each list a template has columns for; more are added by hand, by their path.
const templateEntries = 3

// NewTemplate makes one for a case that is filed in a municipality (one of the demo, if its code is not valid) on a day.
func NewTemplate(c *catalogue.Catalogue, v *catalogue.Version, municipality string, day jp.Date) *Template {
	if !jp.ValidMunicipality(municipality) {
		municipality = invented
	}
	answers := exampleAnswers(v, municipality, day)
	t := &Template{Rows: make([][]string, 3), title: v.Name.Ja}
	papers, refusal := exampleResult(c, v, municipality, day, answers)
	t.add(colName[0], kindsRow, "記入例", nil)
	t.add(colProcedure[0], "手続の名前", v.Name.Ja, nil)
	t.add(colFiled[0], kindOf(&question.Question{Type: question.Day}), day.String(), nil)
	t.add(colMunicipality[0], "6けたのコード", municipality, &question.Question{Type: question.Municipality})
	t.add(colPapers[0], "書類（だれの）。いくつもあるときは「、」か改行で分ける。ないときは「"+none+"」", papers, nil)
	t.add(colError[0], "受け付けない事例だけ、そのコード", refusal, nil)
	for _, column := range Columns(v, templateEntries) {
		t.add(column.Heading(), kindOf(column.Question), shown(column.Question, find(answers, column.pointer)), column.Question)
	}
	t.add(colNote[0], "なぜこの事例があるか", "", nil)
	return t
}

func (t *Template) add(heading, kind, example string, q *question.Question) {
	for i, text := range []string{heading, kind, example} {
		t.Rows[i] = append(t.Rows[i], text)
	}
	t.columns = append(t.columns, q)
}

// kindOf says how a question is answered.
func kindOf(q *question.Question) string {
	kind := "文字"
	switch q.Type {
	case question.Boolean:
		kind = "はい／いいえ"
	case question.Integer:
		kind = "数"
	case question.Choose:
		kind = strings.Join(labels(q), "／")
	case question.Day:
		kind = "日付（2026-05-01、令和8年5月1日）"
	case question.Month:
		kind = "年月（2026-05、令和8年5月）"
	case question.Municipality:
		if kind = "市区町村コード（6けた）"; q.Abroad {
			kind += "、または海外"
		}
	case question.Listing:
		kind = "「、」で分けていくつでも。" + kindOf(q.Of)
	}
	if q.When != "" || q.RequiredWhen != "" || q.Optional {
		kind += "（聞かれるときだけ）"
	}
	return kind
}

func labels(q *question.Question) []string {
	out := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		out[i] = c.Label.Ja
	}
	return out
}

// shown writes an answer into a cell as value reads it.
func shown(q *question.Question, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return map[bool]string{true: "はい", false: "いいえ"}[v]
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		if len(v) == 0 {
			return none
		}
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = shown(q.Of, v[i])
		}
		return strings.Join(parts, "\n")
	case string:
		if i := slices.IndexFunc(q.Choices, func(c question.Choice) bool { return c.Value == v }); i >= 0 {
			return q.Choices[i].Label.Ja
		}
		if v == question.Abroad {
			return "海外"
		}
		return v
	}
	return fmt.Sprint(v)
}

// find follows a pointer of a Column into the facts.
func find(answers map[string]any, pointer string) any {
	var at any = answers
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/facts/"), "/") {
		switch v := at.(type) {
		case map[string]any:
			at = v[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(v) {
				return nil
			}
			at = v[n]
		default:
			return nil
		}
	}
	return at
}

// exampleAnswers are the version's example, with an answer to each question that a municipality asks besides.
func exampleAnswers(v *catalogue.Version, municipality string, day jp.Date) map[string]any {
	answers := map[string]any{}
	if err := json.Unmarshal(v.ExampleFacts(municipality), &answers); err != nil {
		panic("cases: the example of " + v.Procedure.Code + ": " + err.Error()) // the catalogue has marshalled it
	}
	for _, q := range v.Facts {
		if _, there := answers[q.Name]; !there && q.Due(answers, answers) {
			answers[q.Name] = simplest(q, answers, municipality, day)
		}
	}
	return answers
}

// simplest is an answer that is right for a question, and as little as can be.
func simplest(q *question.Question, top map[string]any, municipality string, day jp.Date) any {
	switch {
	case q.Example != nil:
		return q.Example
	case q.Type == question.Boolean:
		return false
	case q.Type == question.Integer:
		return float64(q.Min)
	case q.Type == question.Choose:
		return q.Choices[0].Value
	case q.Type == question.Day:
		return day.String()
	case q.Type == question.Month:
		return day.String()[:7]
	case q.Type == question.Municipality:
		return municipality
	case q.Type == question.Listing && q.Min == 0:
		return []any{}
	case q.Type == question.Listing:
		return []any{simplest(q.Of, top, municipality, day)}
	case q.Type == question.Object:
		out := map[string]any{}
		for _, inner := range q.Fields {
			if inner.Due(out, top) {
				out[inner.Name] = simplest(inner, top, municipality, day)
			}
		}
		return out
	}
	return "例"
}

// exampleResult is what the example gives: its papers, or the code of what it is refused for.
func exampleResult(c *catalogue.Catalogue, v *catalogue.Version, municipality string, day jp.Date, answers map[string]any) (papers, refusal string) {
	plan, err := evidence.Make(c, evidence.Input{Procedure: v.Procedure.Code, Municipality: municipality, FiledAt: filed(day),
		JSON: normal(v, answers, day), Consents: v.Consents, Phases: everyday(phase.Full)})
	if f := fault.As(err); f != nil {
		return "", f.Code
	}
	var names []string
	for _, r := range plan.Requirements {
		if r.Decision == evidence.Attach {
			names = append(names, Paper(r.Rule, r.Subject))
		}
	}
	if len(names) == 0 {
		return none, ""
	}
	return strings.Join(names, "\n"), ""
}

// CSV is the template as a spreadsheet opens it: UTF-8 with a byte order mark.
func (t *Template) CSV() ([]byte, error) {
	out := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(out)
	w.UseCRLF = true
	if err := w.WriteAll(t.Rows); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
