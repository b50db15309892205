package web_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/wording"
)

// The keys that templates and handlers name. Handlers name them with the functions of page alone.
var (
	inTemplates = regexp.MustCompile(`\b[ts] "([a-z0-9.-]+)"`)
	inHandlers  = regexp.MustCompile(`\.(?:Text|Markup)\("([^"]+)"|\.(?:Invalid|Field)\([^"]*"[^"]*", "([^"]+)"`)
)

// TestEveryTextIsThere reads every template and handler of the pages for the texts that it names, and every file of
// texts: each named one is there in all three languages (New refuses a missing language too), and each one that is
// there is used.
func TestEveryTextIsThere(t *testing.T) {
	there, named := map[string]string{}, map[string]string{}
	source := strings.Builder{}
	walk(t, func(path string, body []byte) {
		switch {
		case filepath.Ext(path) == ".yaml" && filepath.Base(filepath.Dir(path)) == "texts":
			var file map[string]map[string]string
			if err := yaml.Unmarshal(body, &file); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for key, in := range file {
				there[key] = path
				for _, lang := range []string{"ja", "plain", "en"} {
					if strings.TrimSpace(in[lang]) == "" {
						t.Errorf("%s: %s: no text in %s", path, key, lang)
					}
				}
			}
		case filepath.Ext(path) == ".html":
			for _, m := range inTemplates.FindAllStringSubmatch(string(body), -1) {
				named[m[1]] = path
			}
			source.Write(body)
		case filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go"):
			for _, m := range inHandlers.FindAllStringSubmatch(string(body), -1) {
				if key := m[1] + m[2]; strings.Contains(key, ".") {
					named[key] = path
				}
			}
			source.Write(body)
		}
	})
	for key, path := range named {
		if _, everywhere := wording.Of(key); !everywhere && there[key] == "" && !strings.HasSuffix(key, "-") && !strings.HasSuffix(key, ".") {
			t.Errorf("%s names the text %q, which is not there", path, key)
		}
	}
	all := source.String()
	for key, path := range there {
		if !strings.Contains(all, `"`+key+`"`) && !partOf(all, key) {
			t.Errorf("%s: nothing shows %q", path, key)
		}
	}
}

// partOf says whether a key may be put together from a beginning that the source names ("state." + code), or is the
// help of one that it names.
func partOf(source, key string) bool {
	if base, ok := strings.CutSuffix(key, "-help"); ok && (strings.Contains(source, `"`+base+`"`) || partOf(source, base)) {
		return true
	}
	for i, r := range key {
		if (r == '.' || r == '-') && strings.Contains(source, `"`+key[:i+1]+`"`) {
			return true
		}
	}
	return false
}

func walk(t *testing.T, see func(path string, body []byte)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "e2e") {
			return filepath.SkipDir
		}
		if d.IsDir() {
			return nil
		}
		body, err := os.ReadFile(path)
		if err == nil {
			see(filepath.ToSlash(path), body)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
