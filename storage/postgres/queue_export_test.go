package postgres

// ExplainQueue is how the server reads a page of the queue.
func (tx *Tx) ExplainQueue(q QueueQuery) (string, error) {
	sql, args := tx.queueStatement(q)
	var lines []string
	err := tx.gorm.Raw(`explain (costs off) `+sql, args...).Scan(&lines).Error
	out := ""
	for _, line := range lines {
		out += line + "\n"
	}
	return out, translate(err)
}

// ToldOfWork is how many cases the work list's function tells the actor of.
func (tx *Tx) ToldOfWork() (n int, err error) {
	err = tx.gorm.Raw(`select count(*) from work_of('{00000000-0000-7000-8000-000000000001,00000000-0000-7000-8000-000000000002}')`).Scan(&n).Error
	return n, translate(err)
}
