package staff

import (
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/page"
)

// residentPage lets a reviewer say who a person of the case is in the municipality's directory, where no single resident
// agrees: what was filed stands beside whom the directory has.
type residentPage struct {
	*casePage
	Subject, Whose string
	Sought         directory.Query
	Found          []directory.Candidate
	Chosen         string
	Nobody         bool // "the directory does not have the person" was chosen
	Wrong          []page.Wrong
}

func (p *pages) resident(r *page.Request) error {
	out, err := p.residentPage(r)
	if err != nil {
		return err
	}
	return r.Show("staff/resident", out)
}

func (p *pages) residentPage(r *page.Request) (*residentPage, error) {
	c, err := p.open(r)
	if err != nil {
		return nil, err
	}
	subject := r.Param("subject")
	found, err := p.Linkage.Candidates(r.Ctx, r.Actor, c.ID, subject)
	if err != nil {
		return nil, err
	}
	return &residentPage{
		casePage: c,
		Subject:  subject,
		Whose:    present.Whose(subject, r.Lang),
		Sought:   found.Sought,
		Found:    found.Found,
	}, nil
}

// nobody is the value of the choice that the directory does not have the person (P7): an empty one is no choice.
const nobody = "nobody"

// chooseResident records who it is, and goes back to the case, where the network can be asked now.
func (p *pages) chooseResident(r *page.Request) error {
	h, err := p.heldCase(r)
	if err != nil {
		return err
	}
	subject, chosen := r.Param("subject"), r.Value("resident")
	switch chosen {
	case "":
		err = r.Invalid("/resident", "resident.choose")
	case nobody:
		err = p.Linkage.Choose(r.Ctx, r.Actor, h.Case, h.Fence, subject, "")
	default:
		err = p.Linkage.Choose(r.Ctx, r.Actor, h.Case, h.Fence, subject, chosen)
	}
	if err == nil {
		return r.Redirect("/staff/cases/" + h.Case + "#items")
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	out, openErr := p.residentPage(r)
	if openErr != nil {
		return openErr
	}
	out.Wrong, out.Chosen, out.Nobody = page.WrongAt(wrong, "/resident"), chosen, chosen == nobody
	return r.ShowWith(r.Status(err), "staff/resident", out, wrong)
}

// toResidents leads from a refused inquiry to where each unknown person is chosen.
func toResidents(id string, wrong []page.Wrong) {
	for i := range wrong {
		if wrong[i].Code == "resident-unknown" {
			wrong[i].Link = "/staff/cases/" + id + "/residents/" + wrong[i].Subject
		}
	}
}
