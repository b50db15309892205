package lint

import (
	"regexp"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
)

// documents finds papers that are two, and those that no rule asks for.
func (l *linter) documents() {
	l.rules(func(v *catalogue.Version, r *catalogue.Rule) {
		if r.Item != "" && compound(r.Definition().Name.Ja) {
			l.add(r.At(), Warning, CompoundDocument, of(v, r))
		}
	})
	asked := map[string]bool{}
	for _, p := range l.Catalogue.Procedures() {
		for _, v := range p.Versions {
			for _, r := range v.Documents {
				asked[r.Document] = true
			}
		}
	}
	for _, code := range l.Catalogue.Documents() {
		if own := l.Base == nil || l.Base.Document(code) == nil; own && !asked[code] {
			l.add(l.Catalogue.Document(code).At(), Warning, DocumentUnused, Finding{Document: code})
		}
	}
}

var (
	aside = regexp.MustCompile(`[（(][^）)]*[）)]`) // what stands in brackets names no other paper
	// between stands between the names of two papers. または is none: either paper is one.
	between = regexp.MustCompile(`・|、|＋|/|／|及び|および|並びに|ならびに`)
	// paper is how the name of a paper ends; と stands between two only after such an end, since it is part of other words.
	paper = `(?:証明書|申告書|申立書|申請書|届出書|通知書|調査書|診断書|確認書|同意書|契約書|計算書|明細書|許可書|認定書|届|証書|受給者証|手帳|` +
		`謄本|抄本|調書|票|写し|コピー|保険証|旅券|通帳|時間割|登録証|許可証|名簿|台帳)`
	and    = regexp.MustCompile(`(` + paper + `)と`)
	endsSo = regexp.MustCompile(paper + `(?:の写し|のコピー|等|など)?$`)
)

// compound says whether a name is that of several papers: at least two parts that are each called like a paper.
func compound(name string) bool {
	name = and.ReplaceAllString(aside.ReplaceAllString(name, ""), "$1・")
	parts := between.Split(name, -1)
	papers := 0
	for _, part := range parts {
		if endsSo.MatchString(strings.TrimSpace(part)) {
			papers++
		}
	}
	return papers >= 2
}

// enough is how many subjects have to be asked for both papers, and how many for neither, before cases say something.
const enough = 20

// together finds rules of one version that always hold together.
func (l *linter) together() {
	for _, p := range l.procedures() {
		for _, v := range p.Versions {
			tried := l.of(v)
			for i, a := range v.Documents {
				for _, b := range v.Documents[:i] {
					if a.Subject == b.Subject && (a.Local || b.Local || !l.national(p)) {
						l.pair(v, a, b, tried)
					}
				}
			}
		}
	}
}

func (l *linter) pair(v *catalogue.Version, a, b *catalogue.Rule, tried []condition.Situation) {
	f := of(v, a)
	f.Other, f.OtherSubject = b.Document, b.Subject
	same := form(a.When)
	switch {
	case same == form(b.When):
		if same != "" { // what is always asked for needs no reason to be asked for together
			l.add(a.At(), Warning, SameCondition, f)
		}
	case l.sameCases(tried, a, b):
		l.add(a.At(), Notice, SameCases, f)
	}
}

func (l *linter) sameCases(tried []condition.Situation, a, b *catalogue.Rule) bool {
	both, neither := 0, 0
	for _, s := range tried {
		x, ok := l.trials.Holds(s, a.When, a.Subject)
		y, ok2 := l.trials.Holds(s, b.When, b.Subject)
		if !ok || !ok2 || !slices.Equal(x, y) {
			return false
		}
		for _, holds := range x {
			if holds {
				both++
			} else {
				neither++
			}
		}
	}
	return both >= enough && neither >= enough
}

// form is a condition in one form for all ways to write it; it was compiled.
func form(when string) string {
	e, err := condition.Parse(when)
	if err != nil {
		return when
	}
	return condition.Normal(e)
}
