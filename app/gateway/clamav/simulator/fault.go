package simulator

import "time"

// Drop says when a connection is cut.
type Drop int

// When a connection is cut.
const (
	DropNever  Drop = iota
	DropAtOnce      // after the command
	DropMidway      // after the first piece of a stream
)

// Fault is what goes wrong from now on; the zero value is nothing.
type Fault struct {
	Slow  time.Duration // before each answer
	Drop  Drop
	Error string // answered with " ERROR" behind it, in place of a verdict
}

// Switch puts a fault in force for the connections that begin after it.
func (s *Server) Switch(f Fault) { s.fault.Store(&f) }
