package app

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The guides for staff name what stands on the screen, in 「」. A text that is reworded must not leave a guide behind that nobody can follow.
func TestTheGuidesSayWhatStandsOnTheScreen(t *testing.T) {
	var screens strings.Builder
	for _, pattern := range []string{"web/*/texts/*.yaml", "wording/texts/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			var texts yaml.Node
			if err != nil || yaml.Unmarshal(raw, &texts) != nil {
				t.Fatal(file, err)
			}
			written(&texts, &screens)
		}
	}
	guides, _ := filepath.Glob("../deploy/guides/*.md")
	if len(guides) < 2 {
		t.Fatal("the guides are gone")
	}
	quoted := regexp.MustCompile(`「([^「」　]+)」`)
	for _, guide := range guides {
		raw, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		for _, label := range quoted.FindAllStringSubmatch(string(raw), -1) {
			if !strings.Contains(screens.String(), label[1]) {
				t.Errorf("%s names 「%s」, which no screen shows", guide, label[1])
			}
		}
	}
}

// written collects every text below a node, a line each.
func written(n *yaml.Node, to *strings.Builder) {
	if n.Kind == yaml.ScalarNode {
		to.WriteString(n.Value + "\n")
	}
	for _, child := range n.Content {
		written(child, to)
	}
}
