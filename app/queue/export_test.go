package queue

// RoundTrip reads a cursor and writes it again.
func RoundTrip(cursor string) (string, bool) {
	place, ok := parseCursor(cursor)
	if !ok {
		return "", false
	}
	return cursorOf(place), true
}
