package parent

import (
	"net/http"
	"net/url"

	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// statementPage asks the questions of a paper that the applicant writes (申立書); answered, it is attached as a PDF.
type statementPage struct {
	*usecase.Statement
	Name, Help, Whose string
	Parts             []answers.Part
	Back              string
}

func (p *pages) statement(r *page.Request) error {
	s, err := p.Statement(r.Ctx, r.Actor, r.Param("id"), r.Param("document"), r.Param("subject"))
	if err != nil {
		return err
	}
	out, err := p.statementPage(r, s, nil, nil)
	if err != nil {
		return err
	}
	return r.Show("parent/statement", out)
}

func (p *pages) statementPage(r *page.Request, s *usecase.Statement, posted url.Values, wrong []page.Wrong) (*statementPage, error) {
	places, err := p.places(r)
	if err != nil {
		return nil, err
	}
	b := answers.Builder{Request: r, Places: places, Posted: posted, Wrong: wrong, Filing: s.Day}
	out := &statementPage{
		Statement: s,
		Name:      s.Definition.Name.In(r.Lang),
		Help:      s.Definition.Help.In(r.Lang),
		Whose:     s.Whom(r.Lang),
		Parts:     b.Section(s.Section(), map[string]any{usecase.StatementSection: s.Answers}, 1),
		Back:      "/applications/" + s.Application.ID + "/documents#" + page.FieldID("/documents/"+s.Definition.Code+"/"+s.Subject),
	}
	answers.Name(out.Parts, wrong)
	return out, nil
}

// writeStatement makes the paper of what was answered and goes back to the documents. What is wrong is shown at its field with
// everything that was entered.
func (p *pages) writeStatement(r *page.Request) error {
	s, err := p.Statement(r.Ctx, r.Actor, r.Param("id"), r.Param("document"), r.Param("subject"))
	if err != nil {
		return err
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	if answers.Edited(values) {
		out, err := p.statementPage(r, s, values, nil)
		if err != nil {
			return err
		}
		return r.Show("parent/statement", out)
	}
	saved := answers.Saved{Form: map[string]any{usecase.StatementSection: s.Answers}}
	sent, _ := saved.SentSection(s.Section(), values, 1, false).(map[string]any)
	_, refused := p.WriteStatement(r.Ctx, r.Actor, s, sent)
	if refused == nil {
		return r.Redirect("/applications/" + s.Application.ID + "/documents#" + page.FieldID("/documents/"+s.Definition.Code+"/"+s.Subject))
	}
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	out, err := p.statementPage(r, s, values, wrong)
	if err != nil {
		return err
	}
	return r.ShowWith(http.StatusUnprocessableEntity, "parent/statement", out, wrong)
}

// blank is the form that somebody else fills in, with what the application says, to be printed.
func (p *pages) blank(r *page.Request) error {
	pdf, err := p.Blank(r.Ctx, r.Actor, r.Param("id"), r.Param("document"), r.Param("subject"))
	if err != nil {
		return err
	}
	return r.PDF(r.Param("document"), pdf)
}
