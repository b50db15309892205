package dossier

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"slices"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/storage/seal"
)

// Child is one child that an application is for.
type Child struct {
	BirthDate string // YYYY-MM-DD, empty while it was not answered
	GivenKana string // of an application for one child, which the form names; empty in a list, where all are meant together
}

// Children are those whom an application is for: the facts list them, or the application is for one, whose birth date
// stands in the facts or the form. Content that is not complete, or about no children, has none.
func (c *Content) Children() []Child {
	var facts struct {
		Children []struct {
			BirthDate string `json:"birth_date"`
		} `json:"children"`
		Child struct {
			BirthDate string `json:"birth_date"`
		} `json:"child"`
	}
	_ = json.Unmarshal(c.Facts, &facts) // facts of another shape have no children
	var out []Child
	for _, child := range facts.Children {
		out = append(out, Child{BirthDate: child.BirthDate})
	}
	form, _ := c.Form["child"].(map[string]any)
	birth, _ := form["birth_date"].(string)
	kana, _ := form["given_kana"].(string)
	one := Child{BirthDate: cmp.Or(facts.Child.BirthDate, birth), GivenKana: kana}
	if one == (Child{}) {
		return out
	}
	return append(out, one)
}

// ChildrenIndex is a blind index over the set of children that an application is for, in any order: their birth dates,
// and of an application for one child its given name, so that brothers and sisters are not taken for one another, twins
// neither. Content that is not complete, or has no children, gives that of the empty set.
func ChildrenIndex(key seal.Key, c *Content) []byte {
	children := c.Children()
	slices.SortFunc(children, func(a, b Child) int {
		return cmp.Or(cmp.Compare(a.BirthDate, b.BirthDate), cmp.Compare(a.GivenKana, b.GivenKana))
	})
	h := sha256.New()
	for _, child := range children {
		_, _ = h.Write([]byte(jp.WholeName(" ", child.BirthDate, child.GivenKana) + "\n"))
	}
	return key.BlindIndex("children", string(h.Sum(nil)))
}
