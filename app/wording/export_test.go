package wording

// CheckReadings says what is wrong with a dictionary.
func CheckReadings(source []byte) error {
	_, err := newDictionary(source)
	return err
}
