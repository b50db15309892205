package source

// The languages in which every text for people is kept. A catalogue with a text missing in one of them does not load.
const (
	Japanese      = "ja"
	PlainJapanese = "plain" // やさしい日本語
	English       = "en"
)

// Text is one text for people in all three languages.
type Text struct {
	Ja    string `yaml:"ja"`
	Plain string `yaml:"plain"`
	En    string `yaml:"en"`
}

// In gives the text in lang ("ja", "plain" or "en"); any other language gets Japanese, the language of the forms.
func (t Text) In(lang string) string {
	switch lang {
	case English:
		return t.En
	case PlainJapanese:
		return t.Plain
	default:
		return t.Ja
	}
}

// Names is a text with its reading, which search and sorting need.
type Names struct {
	Ja    string `yaml:"ja"`
	Kana  string `yaml:"kana"` // reading in hiragana
	Plain string `yaml:"plain"`
	En    string `yaml:"en"`
}

// In gives the name in lang, as Text.In does.
func (n Names) In(lang string) string { return Text{Ja: n.Ja, Plain: n.Plain, En: n.En}.In(lang) }
