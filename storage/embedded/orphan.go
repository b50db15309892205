package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopOrphan ends the server that an earlier, killed program left behind on this cluster, and removes its pid file if
// it is stale. Nobody else can be using the cluster: the caller holds the folder's lock.
func stopOrphan(ctx context.Context, folder string) error {
	pidFile := filepath.Join(folder, "postmaster.pid")
	body, err := os.ReadFile(pidFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(body), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 || !isServerOf(pid, folder) {
		// Of a server that is gone. Its number may belong to another program by now, which the server would mistake
		// for itself and refuse to start.
		if err := os.Remove(pidFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop the server of the last start (process %d): %w", pid, err)
	}
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for isServerOf(pid, folder) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server of the last start (process %d) does not stop: %w", pid, ctx.Err())
		case <-ticker.C:
		}
	}
	return nil
}

// isServerOf says whether a process is the server of this cluster: it stands in the cluster's folder, which no reused
// number does.
func isServerOf(pid int, folder string) bool {
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	at, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err == nil {
		return at == folder
	}
	if _, err := os.Stat("/proc/self/cwd"); err == nil {
		return false // the system has /proc, and the process is gone
	}
	// Elsewhere (macOS) ask what the process is called with.
	output, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(output), folder)
}
