package discrepancy

// Allowed are the steps that a page offers now, in the order of Steps.
func Allowed(f File) []Step {
	var out []Step
	for _, s := range Steps {
		if _, err := Next(f, s); err == nil {
			out = append(out, s)
		}
	}
	return out
}

// NewProviderFile is a request that has just come.
func NewProviderFile() ProviderFile { return ProviderFile{Step: ProviderReceived} }

// ProviderAllowed are the steps that a page offers now, in the order of ProviderSteps.
func ProviderAllowed(f ProviderFile) []ProviderStep {
	var out []ProviderStep
	for _, s := range ProviderSteps {
		if providerGuard(f, s) == nil {
			out = append(out, s)
		}
	}
	return out
}
