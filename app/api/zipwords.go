package api

// zipTexts are what the text of an exported case says beside the words of its form.
var zipTexts = map[string]said{
	"receipt": {"受付番号", "Receipt number"},
	"arrived": {"到達日時", "Arrived"},
	"claim":   {"請求日", "Claim date"},
	"state":   {"状態", "State"},
	"facts":   {"前提事実", "Facts"},
	"yes":     {"はい", "Yes"},
	"no":      {"いいえ", "No"},
	"none":    {"（なし）", "(none)"},
	"hidden":  {"（支援措置のため表示しません）", "(not shown: the person is protected)"},
}

func zipWords(name, lang string) string {
	if lang == "en" {
		return zipTexts[name].en
	}
	return zipTexts[name].ja
}
