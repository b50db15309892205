package audit

// SealsAtOnce lets a test make the steps of a verification short; what it gives back makes them long again.
func SealsAtOnce(n int) (again func()) {
	before := sealsAtOnce
	sealsAtOnce = n
	return func() { sealsAtOnce = before }
}
