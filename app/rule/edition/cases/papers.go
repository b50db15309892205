package cases

import (
	"fmt"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
)

// persons are the words for the kinds of subject, the one that a template writes first.
var persons = []struct {
	kind  string
	words []string
}{
	{"applicant", []string{"申請者", "申請者本人", "本人", "請求者"}}, {"spouse", []string{"配偶者"}},
	{"household", []string{"世帯", "世帯全員"}},
	{"deceased", []string{"亡くなった方", "亡くなった人"}}, {"child", []string{"児童", "子ども", "子"}}, {"guardian", []string{"保護者"}},
	{"supporter", []string{"扶養義務者"}},
}

// Whose says a subject in Japanese: 児童2.
func Whose(subject string) string {
	kind, number, _ := strings.Cut(subject, "-")
	for _, p := range persons {
		if p.kind == kind {
			return p.words[0] + number
		}
	}
	return subject
}

// subject reads one: 児童2, child-2; empty if it is none.
func subject(text string) string {
	text = strings.ReplaceAll(plainHeading(text), "の", "")
	for _, p := range persons {
		if rest, ok := strings.CutPrefix(text, p.kind); ok && (rest == "" || rest[0] == '-') {
			return text
		}
		for _, word := range p.words {
			if text == word {
				return p.kind
			}
			if number, ok := strings.CutPrefix(text, word); ok && strings.Trim(number, "0123456789") == "" {
				return p.kind + "-" + number
			}
		}
	}
	return ""
}

// Paper names a paper for people: 後見の登記事項証明書（児童2）.
func Paper(r *catalogue.Rule, subject string) string {
	return r.Definition().Name.Ja + "（" + Whose(subject) + "）"
}

// papers reads the papers of a cell as document/subject, sorted.
func papers(v *catalogue.Version, text string) ([]string, error) {
	out := []string{}
	if text == none {
		return out, nil
	}
	err := eachOf(text, func(part string) error {
		found, err := paper(v, part)
		if err == nil && !slices.Contains(out, found) {
			out = append(out, found)
		}
		return err
	})
	slices.Sort(out)
	return out, err
}

// paper reads one: its name or its code, then whose it is in brackets or after a stroke.
func paper(v *catalogue.Version, text string) (string, error) {
	plain := plainHeading(text)
	var best *catalogue.Rule
	rest := ""
	for _, r := range v.Documents {
		for _, name := range []string{plainHeading(r.Definition().Name.Ja), r.Document} {
			after, ok := strings.CutPrefix(plain, name)
			if ok && (best == nil || len(after) < len(rest)) && (after == "" || after[0] == '(' || after[0] == '/') {
				best, rest = r, after
			}
		}
	}
	if best == nil {
		return "", fmt.Errorf("%q is no paper of this procedure", text)
	}
	whose := subject(strings.Trim(rest, "()/"))
	if rest == "" {
		if whose = only(v, best.Document); whose == "" {
			return "", fmt.Errorf("%q: say whose it is, as in %s", text, example(best))
		}
	}
	if whose == "" || !v.Asks(best.Document, whose) {
		return "", fmt.Errorf("%q: this procedure asks for it as in %s", text, example(best))
	}
	return best.Document + "/" + whose, nil
}

// only is the one subject of whom a version can ask for a document; empty if there are several.
func only(v *catalogue.Version, document string) string {
	found := ""
	for _, r := range v.Documents {
		if r.Document != document {
			continue
		}
		if found != "" || r.Each() != "" {
			return ""
		}
		found = r.Subject
	}
	return found
}

func example(r *catalogue.Rule) string {
	if r.Each() != "" {
		return Paper(r, r.Subject+"-1")
	}
	return Paper(r, r.Subject)
}

// said names the papers of a list of document/subject for people, with their codes.
func said(v *catalogue.Version, names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		document, subject, _ := strings.Cut(name, "/")
		out[i] = name
		for _, r := range v.Documents {
			if r.Document == document {
				out[i] = Paper(r, subject) + " [" + name + "]"
				break
			}
		}
	}
	return strings.Join(out, ", ")
}

// operations are the words for phases in a table.
var operations = map[string]string{"": "full", "本格運用": "full", "full": "full", "試行運用": "trial", "trial": "trial", "停止": "suspended",
	"suspended": "suspended", "開始前": "not-started", "not-started": "not-started"}

func operation(text string) (string, bool) {
	name, ok := operations[strings.ToLower(jp.Narrow(text))]
	return name, ok
}
