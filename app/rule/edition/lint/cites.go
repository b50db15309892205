package lint

import (
	"regexp"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
)

// A circular names what it changes in its title (児童手当法施行規則第2条の一部改正について): nobody has to enter it a second time.

// article is the number of an article without paragraph and item: 第13条の3.
var article = regexp.MustCompile(`第[0-9]+条(?:の[0-9]+)*`)

// subordinate are the endings by which a longer name is that of another law: 児童手当法施行令 is not 児童手当法.
var subordinate = []string{"施行令", "施行規則", "施行細則"}

// bare is a title without what stands in brackets after it: until when a law held, which pages are meant.
func bare(title string) string {
	title, _, _ = strings.Cut(jp.Narrow(title), "(")
	return strings.TrimSpace(title)
}

// titlesOf are the bare titles of all laws on which rules of a catalogue rest, the longest first.
func titlesOf(c *catalogue.Catalogue) []string {
	var out []string
	for _, s := range c.Sources() {
		if title := bare(s.Title); title != "" && !slices.Contains(out, title) {
			out = append(out, title)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// other stands in a circular's title where another law was named.
const other = "\x00"

// cites says whether a circular's title names a source: its law, and where articles are named after it, one of the source's. A longer
// title counts for itself alone: who names 児童手当法施行規則 does not name 児童手当法.
func cites(circular string, s catalogue.Source, titles []string) bool {
	text, title := jp.Narrow(circular), bare(s.Title)
	for _, one := range titles { // the longest first
		if one != title && (len(one) > len(title) || !strings.Contains(title, one)) {
			text = strings.ReplaceAll(text, one, other)
		}
	}
	for _, ending := range subordinate {
		text = strings.ReplaceAll(text, title+ending, other)
	}
	mentions := strings.Split(text, title)[1:]
	var named []string
	for _, after := range mentions {
		after, _, _ = strings.Cut(after, other)
		named = append(named, article.FindAllString(after, -1)...)
	}
	own := article.FindAllString(jp.Narrow(s.Article), -1)
	return len(mentions) > 0 && (len(named) == 0 || slices.ContainsFunc(named, func(a string) bool { return slices.Contains(own, a) }))
}
