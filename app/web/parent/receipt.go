package parent

import (
	"crypto/sha256"
	"encoding/hex"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/web/page"
)

// receiptPage is what a person gets for a filed application: the number, when it arrived, what is still to come, and
// what happens next.
type receiptPage struct {
	*draft
	Place, Office, Telephone string
	Applicant                string // every character of the name as it was entered
	Follow                   []card // documents still to come
	Following                catalogue.Text
}

func (p *pages) receipt(r *page.Request) error {
	d, err := p.open(r, "")
	if err != nil {
		return err
	}
	if d.ArrivedAt == nil {
		return r.Redirect("/applications/" + d.ID)
	}
	m, err := p.Guide.Municipality(r.Ctx, d.Municipality)
	if err != nil {
		return err
	}
	out := &receiptPage{draft: d, Place: page.Place(r.Lang, m.NameJa, m.NameEn), Office: m.OfficeJa, Telephone: m.Telephone, Applicant: applicant(d.Form), Following: d.version.Next}
	switch r.Lang {
	case page.English:
		out.Office = m.OfficeEn
	case page.Plain:
		out.Office = m.OfficePlain
	}
	if d.Plan != nil {
		for _, q := range d.Plan.Requirements {
			if c := p.card(r, d, q); c.Declared != nil && len(c.Files) == 0 {
				out.Follow = append(out.Follow, c)
			}
		}
	}
	return r.Show("parent/receipt", out)
}

func applicant(form map[string]any) string {
	who, _ := form["applicant"].(map[string]any)
	family, _ := who["family_name"].(string)
	given, _ := who["given_name"].(string)
	return family + " " + given
}

func sum(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}

func digest(b []byte) string { return hex.EncodeToString(sum(b)) }
