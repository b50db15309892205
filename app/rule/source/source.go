// Package source reads the files in which the rules are written as data: strictly, with the place of every fault, and with
// every text for people in each language of the service.
package source

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Fault is one thing wrong with a file.
type Fault struct {
	File string
	Line int // from 1; 0 if it concerns the file as a whole
	Text string

	Column string // heading of a table's column; empty: none, or it is no table
}

func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// Faults is every fault found; it is what loading returns as its error.
type Faults []Fault

// Error gives one fault a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

// Position is where in the files something was said.
type Position struct {
	File string
	Line int // from 1; 0 for the file as a whole
}

// List collects faults instead of stopping at the first: whoever edits a catalogue wants to see them all.
type List struct{ Faults Faults }

// Add says one thing that is wrong.
func (l *List) Add(at Position, format string, args ...any) {
	l.Faults = append(l.Faults, Fault{File: at.File, Line: at.Line, Text: fmt.Sprintf(format, args...)})
}

// Err is nil or the faults, sorted by place and each said once.
func (l *List) Err() error {
	if len(l.Faults) == 0 {
		return nil
	}
	slices.SortStableFunc(l.Faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(l.Faults)
}

// File is one YAML file, kept as a tree beside what was decoded from it, to tell lines.
type File struct {
	Name string
	root *yaml.Node
}

// Read decodes a file into out. Unknown and repeated keys and wrong types become faults, each with its line; ok tells
// whether there was none.
func Read(name string, text []byte, out any, l *List) (s *File, ok bool) {
	s = &File{Name: name, root: &yaml.Node{}}
	if err := yaml.Unmarshal(text, s.root); err != nil {
		l.Add(s.said(err.Error()))
		return s, false
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	err := d.Decode(out)
	var wrong *yaml.TypeError
	switch {
	case errors.As(err, &wrong):
		for _, text := range wrong.Errors {
			l.Add(s.said(text))
		}
	case errors.Is(err, io.EOF):
		l.Add(Position{File: name}, "the file is empty")
	case err != nil:
		l.Add(s.said(err.Error()))
	case !errors.Is(d.Decode(&yaml.Node{}), io.EOF):
		l.Add(Position{File: name}, "the file holds more than one YAML document")
		return s, false
	}
	return s, err == nil
}

var (
	yamlLine     = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	yamlCycle    = regexp.MustCompile(`^yaml: anchor '(.+)' value contains itself$`)
	yamlNotFound = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
)

// said turns a message of the YAML library into a position and a text for the person who edits the file.
func (s *File) said(message string) (at Position, format string, text any) {
	at = Position{File: s.Name}
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	switch m := yamlCycle.FindStringSubmatch(message); {
	case m != nil:
		at.Line = lineWhere(s.root, func(n *yaml.Node) bool { return n.Anchor == m[1] })
		message = strings.TrimPrefix(message, "yaml: ")
	case message == "yaml: document contains excessive aliasing":
		at.Line = largestAlias(s.root)
		message = "the aliases of the file stand for too much"
	}
	if m := yamlNotFound.FindStringSubmatch(message); m != nil {
		message = fmt.Sprintf("unknown key %q", m[1])
	}
	return at, "%s", message
}

// lineWhere is the line of the first value that is so; 0 if none is.
func lineWhere(n *yaml.Node, is func(n *yaml.Node) bool) int {
	if is(n) {
		return n.Line
	}
	for _, inner := range n.Content {
		if line := lineWhere(inner, is); line > 0 {
			return line
		}
	}
	return 0
}

// largestAlias is the line of the alias that stands for the most.
func largestAlias(root *yaml.Node) int {
	sizes := map[*yaml.Node]float64{}
	line, most := 0, 0.0
	var size func(n *yaml.Node) float64
	size = func(n *yaml.Node) float64 {
		if known, ok := sizes[n]; ok {
			return known
		}
		sizes[n] = 1 // of an anchor inside itself
		total := 1.0
		for _, inner := range n.Content {
			total += size(inner)
		}
		if n.Kind == yaml.AliasNode {
			if total += size(n.Alias); total > most {
				line, most = n.Line, total
			}
		}
		sizes[n] = total
		return total
	}
	size(root)
	return line
}

// At finds the place of a value by the keys and indexes that lead to it, or of the innermost part that is there.
func (s *File) At(path ...any) Position {
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
	return Position{File: s.Name, Line: line}
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
