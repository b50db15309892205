package child

import "syscall"

func detachFromTerminal(attr *syscall.SysProcAttr, onParentDeath syscall.Signal) {
	attr.Setpgid = true
	attr.Pdeathsig = onParentDeath
}
