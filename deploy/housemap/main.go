// Command housemap draws the house from its imports: the picture deploy/design/house.svg and the table in
// deploy/design/house.md. It is run from anywhere in the repository, after a package came, went or moved:
//
//	go run ./deploy/housemap
//
// The layers are those that app/imports_test.go holds the imports to; nothing of them is written down twice.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "housemap:", err)
		os.Exit(1)
	}
}

func run() error {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("go list -m: %w", err)
	}
	drawn, err := draw(strings.TrimSpace(string(out)))
	if err != nil {
		return err
	}
	for name, text := range drawn {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return err
		}
		fmt.Println(name)
	}
	return nil
}

// The borders of the table in house.md.
const (
	begin = "<!-- housemap: begin -->\n"
	end   = "<!-- housemap: end -->"
)

// draw gives the files as they should be, by their paths.
func draw(root string) (map[string]string, error) {
	h, err := readHouse(root)
	if err != nil {
		return nil, err
	}
	page := filepath.Join(root, "deploy", "design", "house.md")
	text, err := os.ReadFile(page)
	if err != nil {
		return nil, err
	}
	before, rest, ok1 := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("%s has no place for the table between %q and %q", page, strings.TrimSpace(begin), end)
	}
	return map[string]string{
		page: before + begin + h.table() + end + after,
		filepath.Join(root, "deploy", "design", "house.svg"): h.picture(),
	}, nil
}
