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
