package answers

import (
	"net/url"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/bank"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// A page that shows what a name of a bank or a branch may mean sends, after the field's name, which was chosen, and for which text it
// was asked: who says nothing to it is not asked again.
const (
	chosenName = "-chosen"
	askedName  = "-asked"
	asTyped    = "typed" // chosen: none of them
)

// mostHits is how many banks or branches are shown to choose from; of more, a longer text finds fewer.
const mostHits = 12

// account is a bank account on a page: the names as they were typed, and what they mean by the table.
type account struct {
	table  *bank.Table
	values url.Values // nil: what is saved
	at     string
	saved  map[string]any
}

// named is a bank or a branch: what its field has, which it is, and which it may be.
type named struct {
	text    string
	is      *bank.Entry
	hits    []bank.Entry
	exact   bool   // there is one that is called so
	chosen  string // of those that were shown
	settled bool   // it was asked which, of this text
}

// bank is the account's bank.
func (a account) bank() named { return a.name("bank_name", "bank_code", a.table.Banks) }

// branch is the account's branch, once its bank is known.
func (a account) branch() named {
	of := a.bank()
	if of.is == nil {
		return a.name("branch_name", "branch_code", func(string) ([]bank.Entry, bool) { return nil, false })
	}
	return a.name("branch_name", "branch_code", func(typed string) ([]bank.Entry, bool) { return a.table.Branches(of.is.Code, typed) })
}

func (a account) name(name, code string, find func(string) ([]bank.Entry, bool)) named {
	before, _ := a.saved[name].(string)
	out := named{text: before}
	number, _ := a.saved[code].(string)
	out.settled = a.values != nil && !a.values.Has(a.at+"."+name) // a page that did not ask it
	if a.values != nil && !out.settled {
		out.text = strings.TrimSpace(a.values.Get(a.at + "." + name))
		out.settled = a.values.Get(a.at+"."+name+askedName) == out.text && out.text != ""
		if out.text != before {
			number = ""
		}
		if chosen := a.values.Get(a.at + "." + name + chosenName); out.settled && chosen != "" {
			number = chosen
		}
	}
	out.chosen = number
	out.hits, out.exact = find(out.text)
	for i := range out.hits {
		if out.hits[i].Code == number || out.exact {
			out.is = &out.hits[i]
		}
	}
	return out
}

// unclear says whether there are some that a name may mean, and nobody was asked yet which.
func (n named) unclear() bool { return n.is == nil && len(n.hits) > 0 && !n.settled }

// resolve puts the names and numbers of the bank and the branch that are meant into what a page sent. What is meant by nobody stays as it was
// typed, with the number that it had.
func (a account) resolve(sent map[string]any) {
	if !a.isBank() {
		return
	}
	for _, one := range []struct {
		named
		name, code string
	}{{a.bank(), "bank_name", "bank_code"}, {a.branch(), "branch_name", "branch_code"}} {
		switch {
		case one.is != nil:
			sent[one.name], sent[one.code] = one.is.Name, one.is.Code
		case one.text != "" && one.text == a.saved[one.name] && sent[one.code] == nil && a.saved[one.code] != nil:
			sent[one.code] = a.saved[one.code]
		}
	}
}

// isBank says whether it is an account of a bank, by the page, else, where that did not ask it, by what is saved.
func (a account) isBank() bool {
	if kind := a.at + ".kind"; a.values.Has(kind) {
		return a.values.Get(kind) == "bank"
	}
	return a.saved["kind"] == "bank"
}

// Unclear says whether a page sent the name of a bank or branch that may mean several, which it did not show to choose from.
func (d Saved) Unclear(sections []form.Section, values url.Values) bool {
	return d.Banks != nil && slices.ContainsFunc(sections, func(s form.Section) bool {
		saved, _ := d.Form[s.Key].(map[string]any)
		a := account{d.Banks, values, "form." + s.Key, saved}
		return s.Group.Account() && a.isBank() && (a.bank().unclear() || a.branch().unclear())
	})
}

// Accounts says whether one of the sections is a bank account, for which the table of banks has to be at hand.
func Accounts(sections []form.Section) bool {
	return slices.ContainsFunc(sections, func(s form.Section) bool { return s.Group.Account() })
}

// accountNames are the questions that say together which bank and which of its branches it is.
var accountNames = []string{"bank_name", "branch_name", "bank_code", "branch_code"}

// WholeAccounts adds to the pointers that a correction asks for what goes with them in an account: a name and its number are one answer,
// and a branch is one of its bank. A number that stayed as it was beside another name would pay to the wrong place.
func WholeAccounts(sections []form.Section, asked []string) []string {
	for _, s := range sections {
		var all []string
		for _, name := range accountNames {
			all = append(all, "/form/"+s.Key+"/"+name)
		}
		if s.Group.Account() && slices.ContainsFunc(all, func(at string) bool { return slices.Contains(asked, at) }) {
			asked = append(slices.Clip(asked), all...)
		}
	}
	return asked
}

// AskedAs is the pointer of the question by which a page that knows the banks asks what another pointer of an account means.
func AskedAs(at string) string {
	return strings.NewReplacer("/bank_code", "/bank_name", "/branch_code", "/branch_name").Replace(at)
}

// byName are the questions of an account without those for numbers: with a table nobody has to know one, and the name's field takes it.
func byName(questions []*question.Question) []*question.Question {
	return slices.DeleteFunc(slices.Clone(questions), func(q *question.Question) bool { return q.Name == "bank_code" || q.Name == "branch_code" })
}

// ask puts beside the fields of an account which banks and branches are meant.
func (b *Builder) ask(parts []Part, a account) {
	for _, part := range parts {
		switch {
		case part.Group != nil:
			b.ask(part.Group.Parts, a)
		case strings.HasSuffix(part.at, "/bank_name"):
			b.offer(part.Field, a.bank())
		case strings.HasSuffix(part.at, "/branch_name"):
			b.offer(part.Field, a.branch())
		}
	}
}

// offer shows of a name what it means, or what it may mean.
func (b *Builder) offer(f *page.Field, n named) {
	f.Asked = &page.Asked{Text: n.text, Chosen: n.chosen}
	f.Help += "<br>" + b.Request.Markup("answers.bank-help")
	if n.exact {
		f.Asked.Is = b.Request.Markup("answers.bank-is", "name", n.is.Name, "kana", n.is.Kana)
		return
	}
	for _, hit := range n.hits[:min(len(n.hits), mostHits)] {
		f.Asked.Choices = append(f.Asked.Choices, page.Choice{Value: hit.Code, Label: page.Plaintext(hit.Name), Help: page.Plaintext(hit.Kana)})
	}
	if len(n.hits) > 0 {
		f.Asked.Choices = append(f.Asked.Choices, page.Choice{Value: asTyped, Label: b.Request.Markup("answers.bank-none")})
	}
	if len(n.hits) > mostHits {
		f.Asked.More = b.Request.Markup("answers.more-hits", "n", len(n.hits))
	}
}
