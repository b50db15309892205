package edge

import (
	"strings"

	"kosodate.example/onestop/app/fault"
)

// The detail codes that the edge itself gives, for a request that does not have the shape that its route describes.
const (
	detailRequired  = "required"
	detailUnknown   = "unknown-member"
	detailType      = "wrong-type"
	detailChoice    = "not-a-choice"
	detailFormat    = "wrong-format"
	detailShort     = "too-short"
	detailLong      = "too-long"
	detailSmall     = "too-small"
	detailBig       = "too-big"
	detailFew       = "too-few"
	detailMany      = "too-many"
	detailNotUnique = "not-unique"
	detailInvalid   = "invalid"
)

// detailTexts are their texts. English ones are used where the fault brings none. {limit} is a parameter.
var detailTexts = map[string]text{
	detailRequired:  {"入力が必要です。", "This is required."},
	detailUnknown:   {"この項目はありません。", "There is no such member."},
	detailType:      {"値の種類が正しくありません。", "The value is of the wrong type."},
	detailChoice:    {"選べる値ではありません。", "The value is not one of the choices."},
	detailFormat:    {"書き方が正しくありません。", "The value is not in the right format."},
	detailShort:     {"短すぎます。", "The value is too short."},
	detailLong:      {"長すぎます。", "The value is too long."},
	detailSmall:     {"値が小さすぎます。", "The value is too small."},
	detailBig:       {"値が大きすぎます。", "The value is too big."},
	detailFew:       {"数が足りません。", "There are too few entries."},
	detailMany:      {"数が多すぎます。", "There are too many entries."},
	detailNotUnique: {"同じものが2回以上あります。", "There are equal entries."},
	detailInvalid:   {"値が正しくありません。", "The value is not right."},
}

// detailLimits complete a text where the limit is known.
var detailLimits = map[string]text{
	detailChoice: {"次のどれかを選んでください：{limit}", "Choose one of: {limit}"},
	detailShort:  {"{limit}文字以上にしてください。", "At least {limit} characters."},
	detailLong:   {"{limit}文字以下にしてください。", "At most {limit} characters."},
	detailSmall:  {"{limit}以上にしてください。", "Must be {limit} or more."},
	detailBig:    {"{limit}以下にしてください。", "Must be {limit} or less."},
	detailFew:    {"{limit}個以上にしてください。", "At least {limit} entries."},
	detailMany:   {"{limit}個以下にしてください。", "At most {limit} entries."},
}

// The parameters of a detail that the edge makes.
const (
	paramName  = "parameter" // name of a query parameter or header
	paramLimit = "limit"
)

// ownDetail is the text of a detail in a language: the fault's own in English, the tables' by its code, in Japanese the
// fault's own only where there is no other.
func ownDetail(lang string, d fault.Detail) string {
	if lang == English && d.Text != "" {
		return d.Text
	}
	if limit := d.Params[paramLimit]; limit != "" {
		if t, ok := detailLimits[d.Code]; ok {
			return strings.ReplaceAll(t.in(lang), "{limit}", limit)
		}
	}
	if t, ok := detailTexts[d.Code]; ok {
		return t.in(lang)
	}
	if t, ok := problemTexts[d.Code]; ok { // some details carry the code of a problem
		return t.detail.in(lang)
	}
	return d.Text
}
