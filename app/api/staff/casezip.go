package staff

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func (a *api) archiveRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/review/applications/{id}/export", ID: "export-case", For: edge.Reviewer, Class: edge.Download,
			Summary: "A case as one zip: form, documents, plan, letters, and a manifest with digests; recorded",
			Call: wire.Raw{Params: wire.Params("id"), Status: http.StatusOK, Answer: wire.Bytes("application/zip"),
				Text: "The archive. Its last entry is manifest.json: an archive without it is not whole."}.Call(a.zipCase)},
	}
}

func (a *api) zipCase(c *gin.Context) error {
	ctx, actor := c.Request.Context(), edge.ActorFrom(c.Request.Context())
	found, err := a.Review.Export(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	c.Header("Content-Type", "application/zip")
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.zip"`, found.ReceiptNumber))
	c.Header("Cache-Control", "private, no-store")
	c.Status(http.StatusOK)
	if err := a.writeZip(ctx, actor, c.Writer, found, edge.Language(c.Request)); err != nil {
		// Its length was not announced: only a connection that is cut says that the archive is not whole.
		_ = c.Error(err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// archive writes entries and remembers their digests.
type archive struct {
	zip     *zip.Writer
	at      time.Time
	entries []zipEntry
	names   map[string]bool
}

type zipEntry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Sha256 string `json:"sha256"`
}

// zipManifest is the archive's last entry.
type zipManifest struct {
	Application   string     `json:"application"`
	ReceiptNumber string     `json:"receipt_number"`
	ExportedAt    time.Time  `json:"exported_at"`
	ExportedBy    string     `json:"exported_by"`
	Entries       []zipEntry `json:"entries"`
}

func (a *api) writeZip(ctx context.Context, actor models.Actor, w io.Writer, found *review.Case, lang string) error {
	z := &archive{zip: zip.NewWriter(w), at: time.Now().In(jp.JST), names: map[string]bool{}}
	places, err := a.Guide.Municipalities(ctx, guide.Page{Limit: 2000}) // there are fewer in the country
	if err != nil {
		return err
	}
	if err := z.add("form.txt", strings.NewReader(a.caseText(found, places, lang))); err != nil { // for people
		return err
	}
	view := a.caseOf(found, lang)
	for _, e := range []struct {
		name    string
		content any
	}{{"facts.json", found.Facts}, {"form.json", found.Form}, {"plan.json", a.planOfCase(&view)}, {"history.json", view.Timeline},
		{"case.json", view}} { // all of it, with readings and answers, as the reviewer may see them
		if err := z.json(e.name, e.content); err != nil {
			return err
		}
	}
	for _, d := range found.Decisions {
		if err := z.add(fmt.Sprintf("letters/decision-%d.txt", d.Number), strings.NewReader(d.Letter)); err != nil {
			return err
		}
	}
	if err := a.zipFiles(ctx, actor, z, found); err != nil {
		return err
	}
	manifest := zipManifest{
		Application:   found.ID,
		ReceiptNumber: found.ReceiptNumber,
		ExportedAt:    z.at,
		ExportedBy:    actor.Person,
		Entries:       z.entries,
	}
	if err := z.json("manifest.json", manifest); err != nil {
		return err
	}
	return z.zip.Close()
}

// zipFiles copies each file through, one at a time.
func (a *api) zipFiles(ctx context.Context, actor models.Actor, z *archive, found *review.Case) error {
	for _, item := range found.Items {
		for _, f := range item.Files {
			name := z.unique(path.Join("documents", item.Document, item.Subject, safeName(f.Name)))
			d, err := a.Documents.Content(ctx, actor, found.ID, f.ID)
			if err != nil {
				return err
			}
			err = z.add(name, d.Body)
			if closed := d.Body.Close(); err == nil {
				err = closed
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (z *archive) json(name string, content any) error {
	raw, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	return z.add(name, bytes.NewReader(append(raw, '\n')))
}

func (z *archive) add(name string, content io.Reader) error {
	w, err := z.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: z.at})
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), content)
	z.names[folded(name)] = true
	z.entries = append(z.entries, zipEntry{Name: name, Size: n, Sha256: hex.EncodeToString(sum.Sum(nil))})
	return err
}

// unique makes a name that no entry has: two files of one document may have had the same name one after the other.
func (z *archive) unique(name string) string {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 2; z.names[folded(name)]; n++ {
		name = fmt.Sprintf("%s-%d%s", stem, n, ext)
	}
	z.names[folded(name)] = true
	return name
}

// folded is a name as systems compare names that do not tell a from A: unpacked there, no entry takes another's place.
func folded(name string) string { return strings.ToLower(name) }

// safeName keeps a file's name from leaving its folder, and from what some systems cannot write.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	if name = strings.Trim(name, ". "); name == "" {
		return "file"
	}
	return name
}
