package edge

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
