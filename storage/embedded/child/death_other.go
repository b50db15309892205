//go:build !linux && !windows

package child

import "syscall"

// Other systems have no signal on the parent's death: a child of a killed program lives on, and the next start finds
// it.
func detachFromTerminal(attr *syscall.SysProcAttr, _ syscall.Signal) { attr.Setpgid = true }
