package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the oldest version that the migrations are tested with.
const oldestMajor = 14

// binaries is a folder with initdb and postgres of one version.
type binaries struct {
	dir   string
	major int
}

// installed are the places where packages of the common systems put the server.
var installed = []string{
	"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/usr/libexec/postgresql*",
	"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// findBinaries gives the machine's newest server, or of the wanted major version if a cluster of it is there already,
// or fetches one. The error says what to install.
func findBinaries(ctx context.Context, wanted int, who *account, log io.Writer) (binaries, error) {
	found := localBinaries(ctx, who)
	if best, ok := choose(found, wanted); ok {
		return best, nil
	}
	if wanted != 0 && wanted != fetchedMajor {
		return binaries{}, fmt.Errorf("the data are of PostgreSQL %d, and its server is not on this machine: install it "+
			"(Debian, Ubuntu: apt install postgresql-%d), or remove the data to start anew", wanted, wanted)
	}
	fetched, err := fetchBinaries(ctx, who, log)
	if err != nil {
		return binaries{}, fmt.Errorf("no PostgreSQL server %d or newer on this machine, and none could be fetched (%w): install one "+
			"(Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql@16)", oldestMajor, err)
	}
	return fetched, nil
}

func choose(found []binaries, wanted int) (binaries, bool) {
	var best binaries
	for _, b := range found {
		if wanted != 0 && b.major != wanted {
			continue
		}
		if b.major >= oldestMajor && b.major > best.major {
			best = b
		}
	}
	return best, best.dir != ""
}

func localBinaries(ctx context.Context, who *account) []binaries {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, pattern := range installed {
		matches, _ := filepath.Glob(pattern) // fails only for a malformed pattern, and these are constants
		dirs = append(dirs, matches...)
	}
	var found []binaries
	for _, dir := range dirs {
		// The real folder: a link in PATH stands beside other programs, and the server looks for its files from there.
		program, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil {
			continue
		}
		if b, err := probe(ctx, filepath.Dir(program), who); err == nil && !slices.Contains(found, b) {
			found = append(found, b)
		}
	}
	return found
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// probe asks the server of a folder for its version, and whether initdb is there and the account can get to both.
func probe(ctx context.Context, dir string, who *account) (binaries, error) {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return binaries{}, err
	}
	if ok, err := who.reaches(dir); err != nil || !ok {
		return binaries{}, errors.Join(err, fs.ErrPermission)
	}
	output, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return binaries{}, err
	}
	match := versionLine.FindSubmatch(output)
	if match == nil {
		return binaries{}, fmt.Errorf("%s: no version in %q", dir, output)
	}
	major, err := strconv.Atoi(string(match[1]))
	return binaries{dir: dir, major: major}, err
}

// clusterMajor is the version of the cluster in a folder; 0 if there is none yet.
func clusterMajor(folder string) (int, error) {
	body, err := os.ReadFile(filepath.Join(folder, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(body)))
}
