package edge

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/wording"
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

// The parameters of a detail that the edge makes.
const (
	paramName  = "parameter" // name of a query parameter or header
	paramLimit = "limit"
)

// ownDetail is the text of a detail in a language: the fault's own in English, app/wording's by its code, in Japanese the fault's
// own only where there is no other.
func ownDetail(lang string, d fault.Detail) string {
	if lang == English && d.Text != "" {
		return d.Text
	}
	if limit := d.Params[paramLimit]; limit != "" {
		if t := wording.In("limit-"+d.Code, lang); t != "" {
			return wording.Fill(t, "limit", limit)
		}
	}
	if t := wording.In("shape-"+d.Code, lang); t != "" {
		return t
	}
	if t := wording.In("problem-"+d.Code+"-detail", lang); t != "" { // some details carry the code of a problem
		return t
	}
	return d.Text
}
