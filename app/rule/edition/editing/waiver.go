package editing

import (
	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
)

// LookUp is a national document that the municipality looks up in its own records instead of asking for it.
type LookUp struct {
	Procedure string         `yaml:"-"`
	Document  string         `yaml:"document"`
	Subject   string         `yaml:"subject"`
	Reason    catalogue.Text `yaml:"reason"` // which record answers it
}

// LookUps are those of an edition, in the order of its procedures.
func LookUps(b *edition.Bundle) ([]LookUp, error) {
	manifest, err := open(b, catalogue.ManifestFile)
	if err != nil {
		return nil, err
	}
	var out []LookUp
	changes := manifest.at(false, "changes")
	for i := 0; changes != nil && i+1 < len(changes.Content); i += 2 {
		entries := get(changes.Content[i+1], "waive")
		for j := 0; entries != nil && j < len(entries.Content); j++ {
			l := LookUp{Procedure: changes.Content[i].Value}
			if err := entries.Content[j].Decode(&l); err != nil {
				return nil, err
			}
			out = append(out, l)
		}
	}
	return out, nil
}

// SetLookUp leaves a national document out, or changes the reason for which it is left out.
func SetLookUp(b *edition.Bundle, l LookUp) (*edition.Bundle, error) {
	return changeLookUp(b, l, func(manifest *tree) error { return add(manifest, l.Procedure, "waive", l) })
}

// AskAgain asks for a national document that was left out.
func AskAgain(b *edition.Bundle, l LookUp) (*edition.Bundle, error) {
	return changeLookUp(b, l, func(*tree) error { return nil })
}

func changeLookUp(b *edition.Bundle, l LookUp, then func(*tree) error) (*edition.Bundle, error) {
	manifest, err := open(b, catalogue.ManifestFile)
	if err != nil {
		return nil, err
	}
	if entries := manifest.at(false, "changes", l.Procedure, "waive"); entries != nil {
		kept := entries.Content[:0:0]
		for _, node := range entries.Content {
			if !says(node, "document", l.Document) || !says(node, "subject", l.Subject) {
				kept = append(kept, node)
			}
		}
		if entries.Content = kept; len(kept) == 0 {
			manifest.drop("changes", l.Procedure, "waive")
		}
	}
	if err := then(manifest); err != nil {
		return nil, err
	}
	return save(b, manifest)
}

func says(node *yaml.Node, key, value string) bool {
	at := get(node, key)
	return at != nil && at.Value == value
}
