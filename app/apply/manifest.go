package apply

import (
	"context"
	"encoding/json"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/strictjson"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Manifest is what a signature covers: the content of the newest revision and the digest of every file, in canonical
// order (P3).
type Manifest struct {
	Application  string                `json:"application"`
	Procedure    string                `json:"procedure"`
	Municipality string                `json:"municipality"`
	Revision     int                   `json:"revision"`
	Facts        json.RawMessage       `json:"facts"`
	Form         map[string]any        `json:"form"`
	Consents     []string              `json:"consents"`
	Declarations []dossier.Declaration `json:"declarations"`
	Files        []ManifestFile        `json:"files"`
}

// ManifestFile is one file of a manifest.
type ManifestFile struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Name     string `json:"name"`
	Size     int64  `json:"size"`
	Sha256   string `json:"sha256"`
}

// Manifest gives the manifest of an application to its owner. That of a draft that could be filed is the one that it will
// have once it is filed, so that a signature made before still holds. Errors: not-found.
func (s *Service) Manifest(ctx context.Context, actor models.Actor, id string) (*Manifest, error) {
	var files []models.File
	f, err := s.openHandled(ctx, actor, id, func(tx *postgres.Tx, _ *models.Application) (err error) {
		files, err = tx.FilesOf(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	c := f.Content
	if f.Row.State == models.StateDraft {
		if ok, err := s.checkSaved(f.catalogue, f.Row, c, checkOptions{at: f.now, now: f.now, final: true}); err == nil {
			c = ok.content
		}
	}
	return manifestOf(f.Row, f.Key, &c, files)
}

func manifestOf(app *models.Application, key seal.Key, c *dossier.Content, files []models.File) (*Manifest, error) {
	views, err := fileViews(&dossier.File{Key: key}, files)
	if err != nil {
		return nil, err
	}
	return manifestWith(app, c, views), nil
}

func manifestWith(app *models.Application, c *dossier.Content, views []FileView) *Manifest {
	m := &Manifest{
		Application:  app.ID,
		Procedure:    app.Procedure,
		Municipality: app.Municipality,
		Revision:     app.Revision,
		Facts:        c.Facts,
		Form:         c.Form,
		Consents:     c.Consents,
		Declarations: c.Declarations,
		Files:        []ManifestFile{},
	}
	for _, v := range views {
		m.Files = append(m.Files, ManifestFile{
			Document: v.Document,
			Subject:  v.Subject,
			Name:     v.Name,
			Size:     v.Size,
			Sha256:   v.Sha256,
		})
	}
	return m
}

// Canonical is the manifest as it is signed.
func (m *Manifest) Canonical() ([]byte, error) { return strictjson.Canonical(m) }
