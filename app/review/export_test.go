package review

// EffectOf is what is decided, in words.
func EffectOf(procedure, outcome string) (string, error) { return effectOf(procedure, outcome) }
