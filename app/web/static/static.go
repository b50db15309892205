// Package static is the style sheet, the ES modules and the pictures of the pages, served under names that change with
// their content, so that browsers may keep them for ever.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"
)

//go:embed *.css *.js *.svg
var files embed.FS

// Prefix is where the files are.
const Prefix = "/static/"

// file is one as it is sent.
type file struct {
	media  string
	plain  []byte
	packed []byte // gzip
}

// Files are all static files by the names that pages use, and by those under which they are served.
type Files struct {
	urls   map[string]string // "style.css" → "/static/style.0123456789ab.css"
	served map[string]file   // by the name after Prefix
}

// Open reads and packs the files once. A module that imports another names it as it lies beside it ("./upload.js"); it is
// served with the other's full name.
func Open() (*Files, error) {
	f := &Files{urls: map[string]string{}, served: map[string]file{}}
	names, err := fs.Glob(files, "*")
	if err != nil {
		return nil, err
	}
	raw := map[string][]byte{}
	for _, name := range names {
		if raw[name], err = files.ReadFile(name); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		if err := f.add(raw, name, 0); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// add serves a file after the ones that it imports, since their names are part of its content.
func (f *Files) add(raw map[string][]byte, name string, depth int) error {
	if f.urls[name] != "" {
		return nil
	}
	body := string(raw[name])
	if depth > len(raw) {
		return fmt.Errorf("static: %s imports itself", name)
	}
	if path.Ext(name) == ".js" {
		for other := range raw {
			quoted := `"./` + other + `"`
			if !strings.Contains(body, quoted) {
				continue
			}
			if err := f.add(raw, other, depth+1); err != nil {
				return err
			}
			body = strings.ReplaceAll(body, quoted, `"`+f.urls[other]+`"`)
		}
	}
	sum := sha256.Sum256([]byte(body))
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	one := file{media: mime.TypeByExtension(ext), plain: []byte(body)}
	if ext == ".js" {
		one.media = "text/javascript; charset=utf-8"
	}
	var packed strings.Builder
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(one.plain)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	one.packed = []byte(packed.String())
	f.urls[name], f.served[hashed] = Prefix+hashed, one
	return nil
}

// URL is the address of a file; ok is false if there is none of that name.
func (f *Files) URL(name string) (at string, ok bool) {
	at, ok = f.urls[name]
	return at, ok
}

// Serve answers GET /static/*name.
func (f *Files) Serve(c *gin.Context) {
	one, ok := f.served[strings.TrimPrefix(c.Param("name"), "/")]
	if !ok {
		c.Status(http.StatusNotFound)
		return
	}
	h := c.Writer.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := one.plain
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = one.packed
	}
	c.Data(http.StatusOK, one.media, body)
}
