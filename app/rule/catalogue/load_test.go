package catalogue_test

import (
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/configs"
)

func TestLoad(t *testing.T) {
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.Procedures()); n != 15 {
		t.Fatal(n)
	}
}
