package parent

import (
	"crypto/sha256"
	"encoding/hex"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// receiptPage is what a person gets for a filed application: the number, when it arrived, what is still to come, and
// what happens next. It shows what was filed, whatever is corrected afterwards, and says so if something was.
type receiptPage struct {
	*draft
	Filed                    *apply.Receipt
	Place, Office, Telephone string
	Applicant                string   // every character of the name as it was filed
	Rules                    []string // by which it was decided
	Follow                   []follow
	Following                catalogue.Text
}

// follow is a document that is still to come.
type follow struct{ Name, Whose, Kind, Due string }

func (p *pages) receipt(r *page.Request) error {
	d, err := p.open(r, "")
	if err != nil {
		return err
	}
	if d.ArrivedAt == nil {
		return r.Redirect("/applications/" + d.ID)
	}
	filed, err := p.Apply.Receipt(r.Ctx, r.Actor, d.ID)
	if err != nil {
		return err
	}
	m, err := p.Guide.Municipality(r.Ctx, d.Municipality)
	if err != nil {
		return err
	}
	out := &receiptPage{
		draft:     d,
		Filed:     filed,
		Place:     present.Municipality(m, r.Lang),
		Office:    present.Office(m, r.Lang),
		Telephone: m.Telephone,
		Applicant: present.Applicant(filed.Form),
		Following: d.version.Next,
	}
	for _, e := range filed.Editions {
		out.Rules = append(out.Rules, present.Rules(e, out.Place, r.Lang))
	}
	for _, i := range filed.Items {
		if i.Declared == "" || i.State != models.ItemAwaiting {
			continue
		}
		f := follow{Name: present.Document(d.catalogue, i.Document, r.Lang), Whose: present.Person(d.Form, d.Facts, i.Subject, r.Lang), Kind: i.Declared}
		if i.DueOn != nil {
			f.Due = jp.DateOf(*i.DueOn).String()
		}
		out.Follow = append(out.Follow, f)
	}
	return r.Show("parent/receipt", out)
}

func sum(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}

func digest(b []byte) string { return hex.EncodeToString(sum(b)) }
