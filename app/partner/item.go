package partner

import (
	"kosodate.example/onestop/app/rule/catalogue"
)

// Item is one kind of fact that may be shared.
type Item struct {
	Name   catalogue.Text
	Fields []string // what of an answer is passed on
}

// healthItems are what public bodies hold for other sites' purposes and no procedure of the catalogue replaces (R14).
var healthItems = map[string]Item{
	"vaccination": {Name: catalogue.Text{Ja: "予防接種の記録", Plain: "ちゅうしゃ（予防接種）の きろく", En: "Vaccination record"},
		Fields: []string{"vaccine", "given_on", "doses"}},
	"infant-checkup": {Name: catalogue.Text{Ja: "乳幼児健診の記録", Plain: "赤ちゃんの 健康診断の きろく", En: "Infant check-up record"},
		Fields: []string{"checkup", "seen_on", "weight_g"}},
}

// Item finds an item that may be shared by its code: those of the catalogue, and "vaccination" and "infant-checkup".
func (s *Service) Item(code string) (Item, bool) {
	if i, there := healthItems[code]; there {
		return i, true
	}
	known := s.dossiers.Editions.ForItem(code).Item(code)
	if known == nil {
		return Item{}, false
	}
	item := Item{Name: known.Name}
	for _, f := range known.Fields {
		item.Fields = append(item.Fields, f.Name)
	}
	return item, true
}
