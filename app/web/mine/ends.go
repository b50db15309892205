package mine

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// askDelete asks before a draft is deleted: it can be had back for an hour.
func (p *pages) askDelete(r *page.Request) error {
	out, err := p.look(r)
	if err != nil {
		return err
	}
	if out.State != models.StateDraft {
		return fault.ErrNotFound
	}
	return r.Show("mine/delete", out)
}

func (p *pages) remove(r *page.Request) error {
	v, err := version(r)
	if err != nil {
		return err
	}
	if err := p.Apply.PutAside(r.Ctx, r.Actor, r.Param("id"), v); err != nil {
		return err
	}
	return r.Redirect("/applications")
}

// putBack undoes that.
func (p *pages) putBack(r *page.Request) error {
	if err := p.Apply.PutBack(r.Ctx, r.Actor, r.Param("id")); err != nil {
		return err
	}
	return r.Redirect("/applications/" + r.Param("id"))
}

// withdrawal is the page on which an application is taken back.
type withdrawal struct {
	*overview
	Reason page.Field
}

func (p *pages) withdrawal(r *page.Request) (*withdrawal, error) {
	out, err := p.look(r)
	if err != nil {
		return nil, err
	}
	reason := r.Field(page.FieldArea, "reason", "withdraw.reason")
	reason.Value = r.Value("reason")
	return &withdrawal{out, reason}, nil
}

func (p *pages) askWithdraw(r *page.Request) error {
	out, err := p.withdrawal(r)
	if err != nil {
		return err
	}
	if !out.MayWithdraw {
		return r.Redirect("/applications/" + out.ID)
	}
	return r.Show("mine/withdraw", out)
}

func (p *pages) withdraw(r *page.Request) error {
	id := r.Param("id")
	req, err := r.Once("POST /applications/withdraw " + id)
	if err != nil {
		return err
	}
	v, err := version(r)
	if err != nil {
		return err
	}
	if _, err := p.Apply.Withdraw(r.Ctx, r.Actor, req, id, r.Value("reason"), v); err != nil {
		out, lookErr := p.withdrawal(r)
		if lookErr != nil {
			return lookErr
		}
		if wrong, ok := r.Wrong(err); ok {
			out.Reason.Wrong = page.WrongAt(wrong, out.Reason.Pointer)
		}
		return r.Again("mine/withdraw", out, err)
	}
	return r.Redirect("/applications/" + id)
}

// letter is the decision letter (決定通知書), to read and to print.
func (p *pages) letter(r *page.Request) error {
	out, err := p.look(r)
	if err != nil {
		return err
	}
	if out.Decision == nil {
		return fault.ErrNotFound
	}
	if err := p.read(r); err != nil {
		return err
	}
	return r.Show("mine/letter", out)
}

// read says to the inbox and to the office that the letter was opened.
func (p *pages) read(r *page.Request) error {
	if err := p.Notify.ReadLetter(r.Ctx, r.Actor, r.Param("id")); err != nil {
		return err
	}
	return p.Review.ReadLetter(r.Ctx, r.Actor, r.Param("id"))
}

// letterPDF is the letter as it was made, to be kept.
func (p *pages) letterPDF(r *page.Request) error {
	pdf, err := p.Review.LetterPDF(r.Ctx, r.Actor, r.Param("id"), 0)
	if err != nil {
		return err
	}
	if err := p.read(r); err != nil {
		return err
	}
	return r.PDF("letter", pdf)
}
