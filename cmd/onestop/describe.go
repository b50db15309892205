package main

import (
	"fmt"
	"io"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
)

// headings are the titles of the parts of `catalogue show`, by language.
var headings = map[string]struct {
	who, basis, deadline, next, signature, facts, documents, linkage, consent, original, atLeast, when, always, replacedBy, onlyIf, version, obtain string
}{
	catalogue.Japanese: {"対象となる人", "根拠法令", "期限", "手続のあと", "署名の水準", "前提事実", "添付書類", "照会する特定個人情報", "同意が必要", "原本が必要", "少なくとも",
		"条件", "いつも", "情報連携で省略できる", "ただし", "版", "入手先"},
	catalogue.PlainJapanese: {"手続を する 人", "法律", "いつまで", "手続の あと", "サイン", "しつもん", "いる 書類", "役所が 調べる 記録", "あなたの OKが いる", "コピーでは ない 紙が いる",
		"少なくとも", "いるとき", "いつも いる", "役所が 調べれば いらない", "ただし", "きまりの 日", "もらう ところ"},
	catalogue.English: {
		"Who may apply",
		"Legal basis",
		"Deadline",
		"What happens next",
		"Signature level",
		"Facts",
		"Documents",
		"Linkage items asked",
		"consent needed",
		"original needed",
		"at least",
		"when",
		"always",
		"replaced by",
		"if",
		"version",
		"Where to get it",
	},
}

// describe prints a version for people to read. Conditions are printed as they are written: they are the rule.
func describe(out io.Writer, c *catalogue.Catalogue, v *catalogue.Version, lang string) error {
	h := headings[lang]
	var b strings.Builder
	category, _ := c.Category(v.Procedure.Category)
	fmt.Fprintf(
		&b,
		"%s\n%s · %s · %s %s · %s\n\n%s\n\n",
		v.Name.In(lang),
		v.Procedure.Code,
		category.Name.In(lang),
		h.version,
		v.Effective,
		v.Procedure.Affair,
		v.Summary.In(lang),
	)
	for _, part := range []struct{ title, text string }{
		{h.who, v.Who.In(lang)}, {h.deadline, v.Deadline.Text.In(lang)}, {h.next, v.Next.In(lang)}, {h.basis, v.LegalBasis.In(lang)}, {h.signature, v.Signature},
	} {
		fmt.Fprintf(&b, "%s: %s\n", part.title, part.text)
	}
	if len(v.Facts) > 0 {
		fmt.Fprintf(&b, "\n%s\n", h.facts)
		describeFacts(&b, v.Facts, lang, "  ")
	}
	if len(v.Documents) > 0 {
		fmt.Fprintf(&b, "\n%s\n", h.documents)
	}
	for _, r := range v.Documents {
		describeRule(&b, c, r, lang)
	}
	if len(v.Linkage) > 0 {
		fmt.Fprintf(&b, "\n%s\n", h.linkage)
	}
	for _, l := range v.Linkage {
		item := c.Item(l.Item)
		fmt.Fprintf(&b, "  %s (%s, %s)", item.Name.In(lang), l.Item, item.Code)
		if v.NeedsConsent(l.Item) {
			fmt.Fprintf(&b, " · %s", h.consent)
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func describeFacts(b *strings.Builder, facts []*question.Question, lang, indent string) {
	for _, f := range facts {
		fmt.Fprintf(b, "%s%s (%s, %s)", indent, f.Label.In(lang), f.Name, f.Type)
		if f.Min > 0 {
			fmt.Fprintf(b, " · %s %d", headings[lang].atLeast, f.Min)
		}
		if f.When != "" {
			fmt.Fprintf(b, " · %s %s", headings[lang].when, f.When)
		}
		b.WriteString("\n")
		inner := f
		if f.Of != nil {
			inner = f.Of
		}
		for _, choice := range inner.Choices {
			fmt.Fprintf(b, "%s  - %s (%s)\n", indent, choice.Label.In(lang), choice.Value)
		}
		describeFacts(b, inner.Fields, lang, indent+"  ")
	}
}

func describeRule(b *strings.Builder, c *catalogue.Catalogue, r *catalogue.Rule, lang string) {
	h, d := headings[lang], r.Definition()
	fmt.Fprintf(b, "  %s (%s/%s)", d.Name.In(lang), r.Document, r.Subject)
	if r.Original {
		fmt.Fprintf(b, " · %s", h.original)
	}
	b.WriteString("\n")
	if r.When == "" {
		fmt.Fprintf(b, "    %s\n", h.always)
	} else {
		fmt.Fprintf(b, "    %s: %s\n", h.when, strings.Join(strings.Fields(r.When), " "))
	}
	if r.Item != "" {
		fmt.Fprintf(b, "    %s: %s", h.replacedBy, c.Item(r.Item).Name.In(lang))
		if r.Replaceable != "" {
			fmt.Fprintf(b, " (%s %s)", h.onlyIf, r.Replaceable)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(b, "    %s\n    %s: %s\n", d.Help.In(lang), h.obtain, d.Obtain.In(lang))
}
