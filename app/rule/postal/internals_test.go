package postal

// Len is how many codes the table has.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return len(t.places)
}
