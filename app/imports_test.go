package app_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "kosodate.example/onestop"

// layer is one step of the house: what stands in it may import what stands below, and what its own row allows.
type layer struct {
	name     string
	packages []string // folders; what lies below a folder belongs to it
	together bool     // its subjects may import each other
	without  []string // layers below that it may not import
}

// layers are the steps from the bottom up (house.md, "The layers"); deploy/housemap reads them from here.
var layers = []layer{
	{name: "ground", packages: []string{"app/fault", "models", "app/task", "app/individual", "deploy"}},
	{name: "rule", packages: []string{"app/rule"}, together: true},
	{name: "wording", packages: []string{"app/wording"}},
	{name: "present", packages: []string{"app/present"}},
	{name: "gateway ground", packages: []string{"app/gateway/mutual", "app/gateway/residents"}, without: []string{"rule", "wording", "present"}},
	{
		name:    "storage and gateways",
		without: []string{"rule", "wording", "present"},
		packages: []string{"configs", "storage/postgres", "storage/object", "storage/seal", "storage/embedded",
			"storage/pgtest", "app/gateway/nws", "app/gateway/directory", "app/gateway/oidc", "app/gateway/sign", "app/gateway/clamav", "app/gateway/mail",
			"app/gateway/render", "app/gateway/portal"},
	},
	{name: "dossier", packages: []string{"app/dossier", "app/statement"}},
	{
		name: "use cases",
		packages: []string{"app/apply", "app/document", "app/linkage", "app/review", "app/operate", "app/publish", "app/guide", "app/partner", "app/audit",
			"app/queue", "app/circular", "app/export", "app/transfer", "app/provider", "app/core",
			"app/account", "app/notify", "app/retain"},
	},
	{name: "intake", packages: []string{"app/intake"}}, // files what other portals send with the use case of every filing
	{name: "use cases together", packages: []string{"app/usecase"}},
	{name: "job", packages: []string{"app/job"}},
	{name: "edge", packages: []string{"app/edge"}},
	{name: "what routes are made with", packages: []string{"app/api/wire"}},
	{name: "routes of applicants", packages: []string{"app/api/parent"}}, // the counter's are the same for a clerk
	{name: "routes of an audience", packages: []string{"app/api/public", "app/api/staff", "app/api/admin", "app/api/partner"}},
	{name: "routes of core systems", packages: []string{"app/api/core"}}, // a case as one zip is the clerk's
	{name: "api and web", packages: []string{"app/api", "app/web"}},
	{name: "wiring", packages: []string{"app"}},
	// casetest stands on the roof, so that nothing but a test can import it.
	{name: "programs", packages: []string{"app/casetest", "cmd/onestop", "cmd/demo", "cmd/bench",
		"deploy/example", "deploy/examples/core", "deploy/housemap", "deploy/testcount"}},
}

// harnesses are packages that only tests and the two programs beside the product import. They may import what they
// test.
var harnesses = []string{"storage/pgtest", "storage/object/miniotest", "storage/object/conformance", "app/gateway/clamav/clamdtest", "app/linkage/linkagetest",
	"app/gateway/render/rendertest",
	"app/web/webtest", "app/casetest", "app/casetest/editiontest"}

func isHarness(folder string) bool { return slices.Contains(harnesses, folder) }

// embeddedBy are who may start servers: the deployed program does not bring its own.
var embeddedBy = []string{
	"cmd/demo",
	"cmd/bench",
	"storage/embedded",
	"storage/pgtest",
	"storage/object/miniotest",
	"storage/object/conformance",
	"app/gateway/clamav/clamdtest",
}

// place finds a folder's layer and its subject within; -1 if the house has no place for it. The wiring is app alone.
func place(folder string) (int, string) {
	best, subject := -1, ""
	for i, l := range layers {
		for _, p := range l.packages {
			if folder == p || strings.HasPrefix(folder, p+"/") && p != "app" {
				if len(p) > len(subject) {
					best, subject = i, p
				}
			}
		}
	}
	return best, subject
}

// goPackage is what go list says of a package.
type goPackage struct {
	ImportPath string
	Name       string
	Standard   bool
	Imports    []string
	Module     *struct{ Path, Dir string }
}

func (p goPackage) folder() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func list(t testing.TB, args ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Name,Standard,Imports,Module"}, args...)...)
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	var packages []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// ours are this module's packages.
func ours(t testing.TB) []goPackage {
	t.Helper()
	once.Do(func() { listed = list(t, "./...") })
	return listed
}

var (
	once   sync.Once
	listed []goPackage
)

func TestImportsGoDownOnly(t *testing.T) {
	for _, p := range ours(t) {
		from, subject := place(p.folder())
		if from < 0 {
			t.Errorf("%s has no place in the house; add it to a layer in imports_test.go, and say in the README what it is", p.folder())
			continue
		}
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, module+"/") || isHarness(p.folder()) {
				continue
			}
			folder := strings.TrimPrefix(imported, module+"/")
			to, other := place(folder)
			switch l := layers[from]; {
			case to < 0:
				t.Errorf("%s imports %s, which has no place in the house", p.folder(), folder)
			case to > from:
				t.Errorf("%s (%s) imports %s (%s): imports go down only; declare the small interface it needs where it uses it",
					p.folder(), l.name, folder, layers[to].name)
			case to == from && subject != other && !l.together:
				t.Errorf("%s imports %s: the subjects of %q never import each other; what both need belongs below", p.folder(), folder, l.name)
			case slices.Contains(l.without, layers[to].name):
				t.Errorf("%s (%s) imports %s: this layer knows no rules; let a use case bring both together", p.folder(), l.name, folder)
			}
		}
	}
}

// impure are what a rule has no use for: what it needs comes as an argument, what it finds goes back as a result.
var impure = []string{"context", "database/sql", "log", "log/slog", "net", "net/http", "os", "os/exec", "math/rand", "math/rand/v2", "testing"}

func TestRulesArePureAndTheGroundIsBare(t *testing.T) {
	standard := map[string]bool{}
	for _, p := range list(t, "std") {
		standard[p.ImportPath] = true
	}
	for _, p := range ours(t) {
		for _, imported := range p.Imports {
			switch folder := p.folder(); {
			case strings.HasPrefix(folder, "app/rule/") && slices.Contains(impure, imported):
				t.Errorf("%s imports %s: a rule is pure", folder, imported)
			case strings.HasPrefix(folder, "app/rule/") && outward.MatchString(imported):
				t.Errorf("%s imports %s: a rule reaches no database, network or object store", folder, imported)
			case (folder == "models" || folder == "app/fault") && !standard[imported]:
				t.Errorf("%s imports %s: it imports the standard library alone, so that every layer can use it", folder, imported)
			case imported == "testing" && !isHarness(folder):
				t.Errorf("%s imports testing outside a test", folder)
			}
		}
	}
}

var outward = regexp.MustCompile(`^(gorm\.io|github\.com/(jackc/pgx|minio|riverqueue|gin-gonic)|go\.opentelemetry\.io|github\.com/prometheus)`)

func TestTheDeployedProgramBringsNoServersAndNoInventedPeople(t *testing.T) {
	for _, p := range ours(t) {
		for _, imported := range p.Imports {
			folder := strings.TrimPrefix(imported, module+"/")
			if strings.HasPrefix(folder, "storage/embedded") && !strings.HasPrefix(p.folder(), "storage/embedded/") && !slices.Contains(embeddedBy, p.folder()) {
				t.Errorf("%s imports %s: only %s may", p.folder(), folder, strings.Join(embeddedBy, ", "))
			}
		}
	}
	if _, err := os.Stat(filepath.Join(root, "cmd", "onestop")); err != nil {
		t.Fatal(err)
	}
	for _, p := range list(t, "-deps", "./cmd/onestop") {
		folder := p.folder()
		if folder != p.ImportPath && (isHarness(folder) || strings.HasPrefix(folder, "storage/embedded") || strings.HasPrefix(folder, "app/gateway/oidc/simulator")) {
			t.Errorf("cmd/onestop contains %s, which is for tests and the demo", folder)
		}
	}
}

var copyleft = regexp.MustCompile(`(?i)GNU\s+(AFFERO\s+)?GENERAL\s+PUBLIC\s+LICENSE\s+Version`)

// Nothing under the AGPL or the GPL is linked, not even into a test (the licence is Apache-2.0). MinIO's server is a
// process of its own.
func TestNoCopyleftIsImported(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range list(t, "-deps", "-test", "./...") {
		if p.Module == nil || p.Module.Path == module || seen[p.Module.Path] {
			continue
		}
		seen[p.Module.Path] = true
		if p.Module.Path == "github.com/minio/minio" {
			t.Errorf("%s imports MinIO's server", p.ImportPath)
		}
		for _, pattern := range []string{"LICEN[CS]E*", "COPYING*"} {
			files, err := filepath.Glob(filepath.Join(p.Module.Dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				// A folder of licences belongs to what the module bundles.
				if text, err := os.ReadFile(file); err == nil && copyleft.Match(text) {
					t.Errorf("%s is under the GPL or AGPL (%s)", p.Module.Path, filepath.Base(file))
				}
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("looked at %d modules only", len(seen))
	}
}
