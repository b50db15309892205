package mine

import (
	"net/url"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// consent is what one other site is told, with the item's name.
type consent struct {
	partner.Consent
	Item, StateText string
}

// consents shows which sites are told what, why, until when, and how often they asked (R14).
func (p *pages) consents(r *page.Request) error {
	at, err := paged(r)
	if err != nil {
		return err
	}
	all, err := p.Partner.Consents(r.Ctx, r.Actor, at)
	if err != nil {
		return err
	}
	all, next := cut(all, func(c partner.Consent) string { return c.ID })
	var out []consent
	for _, c := range all {
		out = append(out, consent{c, p.itemName(r, c.Item), present.Consent(c.State, r.Lang)})
	}
	return r.Show("mine/consents", struct {
		Consents []consent
		Next     string
	}{out, next})
}

func (p *pages) itemName(r *page.Request, code string) string {
	if i, ok := p.Partner.Item(code); ok {
		return i.Name.In(r.Lang)
	}
	return code
}

func (p *pages) revoke(r *page.Request) error {
	if !models.ValidID(r.Param("id")) {
		return fault.ErrNotFound
	}
	if _, err := p.Partner.Revoke(r.Ctx, r.Actor, r.Param("id")); err != nil {
		return err
	}
	return r.Redirect("/me/consents")
}

// linked is the id and the secret of a link that another site gave the person. The secret is needed only until the
// person has opened it.
func linked(r *page.Request) (id, secret string, err error) {
	id, secret = r.Param("id"), r.Query("secret")
	if secret == "" {
		secret = r.Value("secret")
	}
	if !models.ValidID(id) || len(secret) > 100 {
		return "", "", fault.ErrNotFound
	}
	return id, secret, nil
}

// handover is what another site has filled in for the person: who sent what, when, and what happens with it.
type handover struct {
	*partner.Handover
	Name, Place string
	Fields      []string // what is filled in, in words
	Duplicate   bool     // there is an application for the same thing: what to do has to be said
}

func (p *pages) handover(r *page.Request) error {
	out, err := p.lookAtHandover(r)
	if err != nil {
		return err
	}
	return r.Show("mine/handover", out)
}

func (p *pages) lookAtHandover(r *page.Request) (*handover, error) {
	id, secret, err := linked(r)
	if err != nil {
		return nil, err
	}
	h, err := p.Partner.OpenHandover(r.Ctx, r.Actor, id, secret)
	if err != nil {
		return nil, err
	}
	place, err := p.places(r)
	if err != nil {
		return nil, err
	}
	out := &handover{
		Handover: h,
		Name:     present.ProcedureTitle(p.Editions().ForProcedure(h.Municipality, h.Procedure), h.Procedure, r.Lang),
		Place:    place(h.Municipality),
	}
	out.Fields = p.labels(r, h)
	return out, nil
}

// decideHandover takes a hand-over over, as a draft of the person's own, or declines it, which erases it.
func (p *pages) decideHandover(r *page.Request) error {
	id, secret, err := linked(r)
	if err != nil {
		return err
	}
	if r.Value("decision") == "decline" {
		if err := p.Partner.DeclineHandover(r.Ctx, r.Actor, id, secret); err != nil {
			return err
		}
		return r.Redirect("/applications")
	}
	req, err := r.Once("POST /handovers/accept " + id)
	if err != nil {
		return err
	}
	v, err := partner.Accept[*apply.View](r.Ctx, p.Partner, p.Apply, r.Actor, req, id, secret, r.Value("on_duplicate"))
	if f := fault.As(err); f != nil && f.Code == fault.CodeDuplicate {
		out, lookErr := p.lookAtHandover(r)
		if lookErr != nil {
			return lookErr
		}
		out.Duplicate = true
		return r.Again("mine/handover", out, err)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/applications/" + url.PathEscape(v.ID))
}

// wish is what another site asks to be told: who, what, why and until when.
type wish struct {
	*partner.Request
	Item string
}

func (p *pages) wish(r *page.Request) error {
	id, secret, err := linked(r)
	if err != nil {
		return err
	}
	asked, err := p.Partner.OpenRequest(r.Ctx, r.Actor, id, secret)
	if err != nil {
		return err
	}
	return r.Show("mine/wish", wish{asked, p.itemName(r, asked.Item)})
}

func (p *pages) decideWish(r *page.Request) error {
	id, secret, err := linked(r)
	if err != nil {
		return err
	}
	if r.Value("decision") != "grant" {
		if err := p.Partner.DeclineRequest(r.Ctx, r.Actor, id, secret); err != nil {
			return err
		}
		return r.Redirect("/me/consents")
	}
	req, err := r.Once("POST /share-requests/grant " + id)
	if err != nil {
		return err
	}
	who, _ := edge.PrincipalFrom(r.Ctx)
	if _, err := p.Partner.Grant(r.Ctx, r.Actor, req, id, secret, who.Provider+"/"+who.Subject); err != nil {
		return err
	}
	return r.Redirect("/me/consents")
}
