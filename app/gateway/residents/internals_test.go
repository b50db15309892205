package residents

// Differs says whether the network answers otherwise than the document says, on purpose.
func (g *Register) Differs(id, item string) bool {
	r, ok := g.Resident(id)
	return ok && wrong(r, item) && g.trouble(r, item) == Answered && g.truth(r, item) != nil
}
