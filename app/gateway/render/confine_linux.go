package render

import (
	"os"
	"os/exec"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	"golang.org/x/sys/unix"
)

// confine starts the process so that it dies with this one.
func confine(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// lock takes away from this process what a renderer does not need, before it has read a byte of the file: memory and
// processor above the limits, files, the network, and new programs.
func lock(l Limits) error {
	for what, most := range map[int]uint64{
		unix.RLIMIT_DATA: l.Memory, unix.RLIMIT_CPU: l.CPU, unix.RLIMIT_CORE: 0, unix.RLIMIT_NPROC: 256,
	} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	// As far as the kernel can: files but the folder of the compiled renderer, and every network connection.
	var allowed []landlock.Rule
	if l.Cache != "" {
		if err := os.MkdirAll(l.Cache, 0o700); err == nil {
			allowed = append(allowed, landlock.RWDirs(l.Cache))
		}
	}
	return landlock.V5.BestEffort().Restrict(allowed...)
}
