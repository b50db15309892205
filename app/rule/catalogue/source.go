package catalogue

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Fault is one thing wrong with a catalogue.
type Fault struct {
	File string
	Line int // from 1; 0 if it concerns the file as a whole
	Text string
}

func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// Faults is every fault found in a catalogue; it is what Load returns as its error.
type Faults []Fault

// Error gives one fault a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

// position is where in the files something was said.
type position struct {
	file string
	line int
}

// faultList collects faults instead of stopping at the first: whoever edits a catalogue wants to see them all.
type faultList struct{ faults Faults }

func (l *faultList) add(at position, format string, args ...any) {
	l.faults = append(l.faults, Fault{File: at.file, Line: at.line, Text: fmt.Sprintf(format, args...)})
}

// err is nil or the faults, sorted by place and each said once.
func (l *faultList) err() error {
	if len(l.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(l.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(l.faults)
}

// source is one YAML file, kept as a tree beside what was decoded from it, to tell lines.
type source struct {
	name string
	root *yaml.Node
}

// read decodes a file into out. Unknown and repeated keys and wrong types become faults, each with its line; ok tells
// whether there was none.
func read(name string, text []byte, out any, l *faultList) (s *source, ok bool) {
	s = &source{name: name, root: &yaml.Node{}}
	if err := yaml.Unmarshal(text, s.root); err != nil {
		l.add(s.said(err.Error()))
		return s, false
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	err := d.Decode(out)
	var wrong *yaml.TypeError
	switch {
	case errors.As(err, &wrong):
		for _, text := range wrong.Errors {
			l.add(s.said(text))
		}
	case err == io.EOF:
		l.add(position{file: name}, "the file is empty")
	case err != nil:
		l.add(s.said(err.Error()))
	case d.Decode(&yaml.Node{}) != io.EOF:
		l.add(position{file: name}, "the file holds more than one YAML document")
		return s, false
	}
	return s, err == nil
}

var (
	yamlLine     = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	yamlNotFound = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
)

// said turns a message of the YAML library into a position and a text for the person who edits the file.
func (s *source) said(message string) (at position, format string, text any) {
	at = position{file: s.name}
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		at.line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	if m := yamlNotFound.FindStringSubmatch(message); m != nil {
		message = fmt.Sprintf("unknown key %q", m[1])
	}
	return at, "%s", message
}

// at finds the place of a value by the keys and indexes that lead to it, or of the innermost part that is there.
func (s *source) at(path ...any) position {
	node := s.root
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		node = node.Content[0]
	}
	line := node.Line
	for _, step := range path {
		for node.Kind == yaml.AliasNode {
			node = node.Alias
		}
		if node = child(node, step); node == nil {
			break
		}
		line = node.Line
	}
	return position{file: s.name, line: line}
}

func child(node *yaml.Node, step any) *yaml.Node {
	switch step := step.(type) {
	case string:
		for i := 0; i+1 < len(node.Content) && node.Kind == yaml.MappingNode; i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	case int:
		if node.Kind == yaml.SequenceNode && step < len(node.Content) {
			return node.Content[step]
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
