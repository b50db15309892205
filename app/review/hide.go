package review

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/discrepancy"
)

// where says whether a member tells where a person lives: address, previous_address, postal_code.
func where(name string) bool {
	return strings.HasSuffix(name, "address") || strings.HasSuffix(name, "postal_code")
}

// hide takes out of a case what tells where a protected person lives, and names what it took out.
func (c *Case) hide() error {
	var facts any
	d := json.NewDecoder(bytes.NewReader(c.Facts))
	d.UseNumber()
	if err := d.Decode(&facts); err != nil {
		return err
	}
	c.blank("/facts", facts)
	c.blank("/form", c.Form)
	raw, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	c.Facts = raw
	for i := range c.Items {
		item, at := &c.Items[i], "/items/"+strconv.Itoa(i)
		if item.Reading != nil {
			c.blank(at+"/reading/facts", item.Reading.Facts)
		}
		if item.Answer != nil {
			c.blank(at+"/answer/facts", item.Answer.Facts)
		}
		c.without(at+"/differences", item.Differences)
		c.without(at+"/written", item.Written)
		for j := range item.Files { // what a statement says, as what any file says: whom the child lives with, where somebody is
			if f := &item.Files[j]; f.Answers != nil {
				f.Answers = nil
				c.Hidden = append(c.Hidden, at+"/files/"+strconv.Itoa(j)+"/answers")
			}
		}
	}
	for i := range c.Discrepancies {
		c.without("/discrepancies/"+strconv.Itoa(i)+"/differences", c.Discrepancies[i].Differences)
	}
	for i := range c.Dispositions {
		if said := c.Dispositions[i].Record.Said; said != nil {
			c.blank("/dispositions/"+strconv.Itoa(i)+"/facts", said.Facts)
		}
	}
	return nil
}

// blank empties what tells where a person lives, at every depth of a JSON value.
func (c *Case) blank(at string, v any) {
	switch x := v.(type) {
	case map[string]any:
		for name, member := range x {
			if where(name) {
				x[name] = nil
				c.Hidden = append(c.Hidden, at+"/"+name)
			} else {
				c.blank(at+"/"+name, member)
			}
		}
	case []any:
		for i, member := range x {
			c.blank(at+"/"+strconv.Itoa(i), member)
		}
	}
}

// without empties both sides of a difference about where a person lives.
func (c *Case) without(at string, differences []discrepancy.Difference) {
	for i := range differences {
		if where(differences[i].Field) {
			differences[i].Document, differences[i].Answer = nil, nil
			c.Hidden = append(c.Hidden, at+"/"+strconv.Itoa(i))
		}
	}
}

// hide is the same for the answer to a reading.
func (r *Read) hide() {
	var c Case
	for _, said := range []*dossier.Said{&r.Reading.Said, answerOf(r.Answer)} {
		if said != nil {
			c.blank("", said.Facts)
		}
	}
	c.without("", r.Differences)
	c.without("", r.Written)
}

func answerOf(a *Answer) *dossier.Said {
	if a == nil {
		return nil
	}
	return &a.Said
}
