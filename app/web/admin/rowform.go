package admin

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// rowForm is one row of the form: what it speaks of, its phase, and from when. It speaks of one procedure and item, each of which may be
// all, or of several pairs that were ticked on the board.
type rowForm struct {
	Number               int    // from 0
	Among                []sent // the pairs that were ticked on the board, ticked still or not
	Fields               []page.Field
	From                 instant
	pairs                []operate.Scope
	among                bool
	municipality, phased string
}

func (n *names) rowForm(i int, values url.Values) rowForm {
	of := func(name string) string { return name + "-" + strconv.Itoa(i) }
	at := "/rows/" + strconv.Itoa(i)
	field := func(kind, name, key string, choices []page.Choice) page.Field {
		f := n.r.Field(kind, of(name), key)
		f.Pointer, f.Need, f.Choices, f.Value = at+"/"+name, true, choices, values.Get(of(name))
		if f.Value == "" && kind == page.FieldSelect {
			f.Value = choices[0].Value
		}
		return f
	}
	out := rowForm{Number: i, From: n.instant(of("from"), at+"/from", "admin.from-when", values, time.Time{})}
	out.From.Need = true
	if among := chosen(values, of("among")); len(among) > 0 {
		ticked := field(page.FieldChecks, "pair", "admin.pairs", nil)
		for _, pair := range among {
			value := pair.Procedure + "/" + pair.Item
			out.Among = append(out.Among, sent{of("among"), value})
			ticked.Choices = append(ticked.Choices, choice(value, n.procedure(pair.Procedure)+wording.Marks(" ・ ", n.r.Lang)+n.item(pair.Item)))
		}
		ticked.Values = values[of("pair")]
		out.Fields, out.pairs, out.among = []page.Field{ticked}, chosen(values, of("pair")), true
	} else {
		procedure := field(page.FieldSelect, "procedure", "admin.procedure", n.procedures(true))
		item := field(page.FieldSelect, "item", "admin.item", n.items())
		out.Fields, out.pairs = []page.Field{procedure, item}, []operate.Scope{{Procedure: procedure.Value, Item: item.Value}}
	}
	place, then := field(page.FieldSelect, "municipality", "admin.place", n.reach()), field(page.FieldRadio, "phase", "admin.phase-then", n.phases())
	out.municipality, out.phased = place.Value, then.Value
	out.Fields = append(out.Fields, place, then)
	return out
}

// point leads what is wrong with a row of the proposal to the row of the form that made it: one makes a row for each of its pairs.
func (f *proposal) point(wrong []page.Wrong) {
	var made []int
	for i, one := range f.Rows {
		made = append(made, slices.Repeat([]int{i}, max(len(one.pairs), 1))...)
	}
	for i := range wrong {
		rest, ok := strings.CutPrefix(wrong[i].Pointer, "/rows/")
		number, member, _ := strings.Cut(rest, "/")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n >= len(made) {
			continue
		}
		if f.Rows[made[n]].among && (member == "procedure" || member == "item") {
			member = "pair"
		}
		wrong[i].Pointer = strings.TrimSuffix("/rows/"+strconv.Itoa(made[n])+"/"+member, "/")
		wrong[i].Field = page.FieldID(wrong[i].Pointer)
	}
}

// suggested is the form as it is first shown: what was ticked on the board or named in the address; the phase that comes after that of the
// pairs, where they have one in common; and the first of the next month, since offices need time to tell people.
func (p *pages) suggested(r *page.Request) (url.Values, error) {
	query := r.Gin.Request.URL.Query()
	ticked := query["pair"]
	out := url.Values{"rows": {"1"}, "among-0": ticked, "pair-0": ticked}
	for _, name := range []string{"procedure", "item", "municipality"} {
		out.Set(name+"-0", r.Query(name))
	}
	found, err := p.Operate.Overview(r.Ctx, r.Actor, cmp.Or(r.Query("municipality"), operate.All), time.Time{})
	if err != nil {
		return nil, err
	}
	wanted := append(chosen(query, "pair"), operate.Scope{Procedure: r.Query("procedure"), Item: r.Query("item")})
	var phases []string
	for _, pair := range found.Pairs {
		named := slices.Contains(wanted, operate.Scope{Procedure: pair.Procedure, Item: pair.Item})
		if named && !slices.Contains(phases, pair.Phase) {
			phases = append(phases, pair.Phase)
		}
	}
	if after := map[string]string{phase.NotStarted: phase.Trial, phase.Trial: phase.Full}; len(phases) == 1 {
		out.Set("phase-0", after[phases[0]])
	}
	if out["circular"], err = p.unused(r); err != nil {
		return nil, err
	}
	day, clock := partsOf(operate.NextMonth(found.At))
	out["from-0-y"], out["from-0-m"], out["from-0-d"], out["from-0-t"] = []string{day[0]}, []string{day[1]}, []string{day[2]}, []string{clock}
	return out, nil
}

// chosen are the pairs that were ticked: procedure/item, each once. All of them: the use case says how many are too many.
func chosen(values url.Values, name string) (out []operate.Scope) {
	for _, v := range values[name] {
		procedure, item, ok := strings.Cut(v, "/")
		pair := operate.Scope{Procedure: procedure, Item: item}
		if ok && !slices.Contains(out, pair) {
			out = append(out, pair)
		}
	}
	return out
}
