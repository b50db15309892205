package answers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/web/page"
)

// toldName are the signposts that a page showed: nobody is kept on it for one that they have read.
const toldName = "told"

// Untold says beside which question of a step a signpost stands that the page which was sent did not show; empty if there is none.
func (d Saved) Untold(s catalogue.Step, values url.Values) string {
	for _, one := range d.signposts(d.known(s, nil)) {
		if asks(s, one.At) && !slices.Contains(values[toldName], d.keyOf(one)) {
			return page.FieldID(one.At)
		}
	}
	return ""
}

func (d Saved) signposts(known map[string]any) []evidence.Told {
	form, _ := known["form"].(map[string]any)
	return evidence.Signposts(d.Version, d.with(known).Facts, form, d.Municipality, d.Day)
}

// keyOf tells one signpost from the others of the version, and beside which answer it stands.
func (d Saved) keyOf(one evidence.Told) string {
	return strconv.Itoa(slices.Index(d.Version.Signposts, one.Signpost)) + one.At
}

// asks says whether an answer is asked for on a step.
func asks(s catalogue.Step, at string) bool {
	path := strings.Split(at, "/")
	return len(path) > 2 && slices.Contains(s.Names, path[2])
}

// post puts the signposts of a version beside their questions, by what is known.
func (b *Builder) post(d Saved) {
	b.posts = map[string][]page.Told{}
	for _, s := range d.Version.Signposts {
		b.posts[s.Ask] = nil
	}
	for _, one := range d.signposts(b.known) {
		b.posts[one.At] = append(b.posts[one.At], page.Told{Key: d.keyOf(one), Text: b.Request.Read(one.Signpost.Text)})
	}
}

// tell gives a field what is told beside it; of several questions asked as one, what is told beside any of them.
func (b *Builder) tell(f *page.Field, names ...string) {
	for _, name := range names {
		_, may := b.posts[withoutEntries(name)]
		f.Tells = f.Tells || may
		f.Told = append(f.Told, b.posts[pointer(name)]...)
	}
}

// withoutEntries is a question's name as a signpost has it: facts.children.birth_date.
func withoutEntries(name string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(name, "."), func(step string) bool { return entryIn(step) != "" }), ".")
}
