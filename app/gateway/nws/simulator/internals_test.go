package simulator

// Faults are those in force; Lost is what is left of it.
func (s *Server) Faults() Faults { return s.faults.get() }
