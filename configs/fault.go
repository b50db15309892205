package configs

import (
	"fmt"
	"strings"
)

// Fault is one thing that is wrong with the configuration, said so that whoever set it can mend it.
type Fault struct {
	Key     string // "http.addr", the name of a variable, or the path of the file
	Value   any    // nil: none to show
	Why     string
	Example string // of what would do; may be empty
}

// Error is one line.
func (f Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Key)
	if f.Value != nil {
		fmt.Fprintf(&b, " = %s", shown(f.Key, f.Value))
	}
	b.WriteString(": " + f.Why)
	if f.Example != "" {
		b.WriteString("; for example " + f.Example)
	}
	return b.String()
}

// Faults are all of them at once.
type Faults []Fault

// Error has a line for each.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = one.Error()
	}
	return "configuration:\n  " + strings.Join(lines, "\n  ")
}

// Err is nil if there are none.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

const mostShown = 80

// shown is a value as it may be read by anybody: never what could be a secret. A key that ends in _file is a path; somebody may have put the secret
// itself there.
func shown(key string, value any) string {
	text := fmt.Sprint(value)
	path := strings.HasPrefix(text, "/") || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../")
	switch {
	case strings.HasSuffix(key, "_file") && text != "" && (!path || strings.ContainsAny(text, "\n@")):
		return "(not shown: it is not written like a path)"
	case strings.Contains(text, "://") && strings.Contains(text, "@"):
		return "(not shown: it could hold a password)"
	case len([]rune(text)) > mostShown:
		text = string([]rune(text)[:mostShown]) + "…"
	}
	if _, ok := value.(string); ok {
		return fmt.Sprintf("%q", text)
	}
	return text
}
