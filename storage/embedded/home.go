package embedded

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// fallbackParent is where the cluster goes if the server's user cannot get to the chosen folder. /var/tmp outlives a
// restart of the machine.
const fallbackParent = "/var/tmp"

// home is the folder of one cluster, held by one program at a time.
type home struct {
	dir     string
	account *account
	lock    *os.File
}

// openHome makes the folder, or one elsewhere if the account cannot reach it, and locks it.
func openHome(dir string, who *account, log io.Writer) (*home, error) {
	if dir == "" {
		return nil, errors.New("PostgreSQL needs a folder for its data")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if dir, err = reachable(dir, who, log); err != nil {
		return nil, err
	}
	h := &home{dir: dir, account: who}
	if h.lock, err = os.OpenFile(h.path("lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, err
	}
	// The lock ends with this program, however it ends.
	if err := syscall.Flock(int(h.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another program uses the data in %s: %w", dir, err), h.lock.Close())
	}
	return h, nil
}

// reachable gives dir, or the folder used in its place.
func reachable(dir string, who *account, log io.Writer) (string, error) {
	ok, err := who.reaches(dir)
	if err != nil || ok {
		return dir, err
	}
	if parent, err := who.reaches(filepath.Dir(dir)); err != nil {
		return "", err
	} else if parent && ownedByRoot(dir) {
		// Only the folder itself is closed, as a new temporary one is: let others pass through it, not look into it.
		return dir, os.Chmod(dir, 0o711)
	}
	sum := sha256.Sum256([]byte(dir))
	other := filepath.Join(fallbackParent, "onestop-demo-"+hex.EncodeToString(sum[:6]))
	if err := os.Mkdir(other, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	// Anybody may make a folder in /var/tmp: one that somebody else prepared is not ours to use.
	if !ownedByRoot(other) {
		return "", fmt.Errorf("%s was made by somebody else: remove it, or choose a folder that the user %s can reach", other, who.name)
	}
	_, _ = fmt.Fprintf(log, "The user %s, who runs PostgreSQL, cannot reach %s; the database is in %s.\n", who.name, dir, other)
	return other, nil
}

func ownedByRoot(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Uid == 0
}

func (h *home) path(name string) string { return filepath.Join(h.dir, name) }

func (h *home) close() error { return h.lock.Close() }

const passwordFile = "superuser.password"

// password reads the superuser's password, which initCluster wrote.
func (h *home) password() (string, error) {
	body, err := os.ReadFile(h.path(passwordFile))
	return strings.TrimSpace(string(body)), err
}

// initCluster makes the cluster beside its place and moves it there when it is complete, so that a start that was
// killed halfway leaves nothing that looks like a cluster.
func (p *Postgres) initCluster(ctx context.Context) error {
	password := rand.Text()
	unfinished, handed := p.home.path(clusterFolder+".new"), p.home.path("initdb.password")
	if err := errors.Join(os.RemoveAll(unfinished), os.RemoveAll(handed)); err != nil {
		return err
	}
	if err := os.Mkdir(unfinished, 0o700); err != nil {
		return err
	}
	for _, path := range []string{p.home.path(passwordFile), handed} {
		if err := os.WriteFile(path, []byte(password+"\n"), 0o600); err != nil {
			return err
		}
	}
	if err := errors.Join(p.account.own(unfinished), p.account.own(handed)); err != nil {
		return err
	}
	cmd := p.command(ctx, "initdb", "-D", unfinished, "-A", "scram-sha-256", "-U", superuser, "--pwfile", handed,
		"-E", "UTF8", "--locale=C")
	output, err := cmd.CombinedOutput()
	if err = errors.Join(err, os.Remove(handed)); err != nil {
		return fmt.Errorf("make the database cluster: %w\n%s", err, output)
	}
	return os.Rename(unfinished, p.Folder)
}
