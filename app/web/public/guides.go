package public

import (
	"bytes"
	"html/template"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/deploy"
)

// guideFiles are the guides by the names in their addresses, in the order in which help lists them.
var guideFiles = []struct{ Name, file string }{
	{"clerk", "guides/clerk.md"},
	{"admin", "guides/admin.md"},
	{"runbook", "RUNBOOK_ja.md"},
}

// written is a guide as a page: in Japanese, whatever the reader's language, since a guide names what stands on the Japanese screens.
type written struct {
	Name, Title string
	Body        template.HTML // from the program's own Markdown, never from outside
}

// guides are read once: they are part of the program.
var guides = sync.OnceValues(func() ([]written, error) {
	out := make([]written, len(guideFiles))
	for i, g := range guideFiles {
		raw, err := fs.ReadFile(deploy.Documents, g.file)
		if err != nil {
			return nil, err
		}
		if out[i], err = render(raw); err != nil {
			return nil, err
		}
		out[i].Name = g.Name
	}
	return out, nil
})

// render makes a guide of its Markdown. Links to files of the repository are left as their words: the program does not serve them.
func render(raw []byte) (written, error) {
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.NewCJK(extension.WithEastAsianLineBreaks())))
	doc := md.Parser().Parse(text.NewReader(raw))
	var w written
	var dead []*ast.Link
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Heading:
			if entering && n.Level == 1 {
				w.Title = string(n.Lines().Value(raw))
			}
		case *ast.Link:
			if entering && !strings.HasPrefix(string(n.Destination), "https://") {
				dead = append(dead, n)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return written{}, err
	}
	for _, link := range dead {
		parent := link.Parent()
		for child := link.FirstChild(); child != nil; child = link.FirstChild() {
			parent.InsertBefore(parent, link, child)
		}
		parent.RemoveChild(parent, link)
	}
	var html bytes.Buffer
	if err := md.Renderer().Render(&html, raw, doc); err != nil {
		return written{}, err
	}
	// A wide table and a long command scroll in boxes of their own, and can be reached by the keyboard there.
	body := strings.NewReplacer("<table>", `<div class="scroll" tabindex="0"><table>`, "</table>", "</table></div>",
		"<pre>", `<pre tabindex="0">`).Replace(html.String())
	w.Body = template.HTML(body) //nolint:gosec // the program's own text
	return w, nil
}

// written shows a guide for staff or for who runs the program. Everybody may read them: they stand in the repository.
func (p *pages) written(r *page.Request) error {
	all, err := guides()
	if err != nil {
		return err
	}
	for _, g := range all {
		if g.Name == r.Param("guide") {
			r.Public(time.Hour)
			return r.Show("public/guide", g)
		}
	}
	return fault.ErrNotFound
}
