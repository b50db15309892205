package linkage

import (
	"context"
	"slices"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// protect protects whom the directory flags only now, over all their cases, before anything more is done with one: for staff who are not named it is gone then.
func (s *Service) protect(ctx context.Context, c *opened, found map[string]resident) error {
	app := c.file.Row
	key, err := s.dossiers.MunicipalityKey(ctx, app.Municipality)
	if err != nil {
		return err
	}
	people := dossier.People(key, app, &c.file.Content)
	var residents, marks [][]byte
	for subject, r := range found {
		if !r.protected {
			continue
		}
		residents = append(residents, dossier.ResidentMark(key, r.id))
		for _, p := range people {
			if p.Subject == subject || p.Subject == "applicant" && subject == "household" {
				marks = append(marks, p.Marks...)
			}
		}
	}
	if len(residents) == 0 {
		return nil
	}
	marks = append(marks, residents...)
	return s.dossiers.DB.InTx(ctx, models.System(app.Municipality, protection), func(tx *postgres.Tx) error {
		tx.HoldProtections()
		if _, err := tx.NamePeople(app.ID, residents, postgres.MarksOfResident); err != nil {
			return err
		}
		return s.dossiers.ProtectPeople(tx, marks, postgres.ProtectedByDirectory)
	})
}

// offered are those whom the directory has, as far as the actor may see them: nobody else learns that they are there.
func (s *Service) offered(ctx context.Context, actor models.Actor, q directory.Query) ([]directory.Candidate, error) {
	found, err := s.directory.Find(ctx, q)
	if err != nil || !slices.ContainsFunc(found, protectedOne) {
		return found, err
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		sees, err := tx.SeesProtected()
		if !sees {
			found = slices.DeleteFunc(found, protectedOne)
		}
		return err
	})
	return found, err
}

func protectedOne(c directory.Candidate) bool { return c.Protected }
