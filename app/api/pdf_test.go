package api_test

// pdf is a file that is taken for a PDF, of exactly size bytes.
func pdf(size int) []byte {
	out := make([]byte, size)
	copy(out, "%PDF-1.7\n")
	return out
}
