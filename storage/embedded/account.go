package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user that the server runs as; nil if it is the user of this program.
type account struct {
	name     string
	uid, gid int
}

// serverAccount gives another user if this program runs as root, because PostgreSQL refuses to.
func serverAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return nil, err
		}
		return &account{name: name, uid: uid, gid: gid}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody: start this as another user")
}

// apply makes cmd run as the account.
func (a *account) apply(cmd *exec.Cmd) {
	if a == nil {
		return
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}} //nolint:gosec // ids of the system
	cmd.Env = append(cmd.Env, "HOME=/", "USER="+a.name, "LOGNAME="+a.name)
}

// own gives a file or folder to the account.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

// reaches says whether the account can get to a folder: whether it may pass each folder above it and itself.
func (a *account) reaches(dir string) (bool, error) {
	if a == nil {
		return true, nil
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false, err
	}
	for at := real; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return false, err
		}
		stat, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return false, fmt.Errorf("%s: no owner known", at)
		}
		pass := info.Mode().Perm() & 0o001
		switch {
		case int(stat.Uid) == a.uid:
			pass = info.Mode().Perm() & 0o100
		case int(stat.Gid) == a.gid:
			pass = info.Mode().Perm() & 0o010
		}
		if pass == 0 {
			return false, nil
		}
		if at == filepath.Dir(at) {
			return true, nil
		}
	}
}
