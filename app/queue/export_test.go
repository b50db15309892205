package queue

import "kosodate.example/onestop/storage/postgres"

// RoundTrip reads a cursor and writes it again.
func RoundTrip(by postgres.QueueSort, cursor string) (string, bool) {
	place, ok := parseCursor(by, cursor)
	if !ok {
		return "", false
	}
	return cursorOf(by, place), true
}
