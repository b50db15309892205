package fault

// The public codes, in one table (house.md, habit 4). api.md is the contract; nothing else may be invented elsewhere.
const (
	CodeMalformed          = "malformed"
	CodeUnauthorized       = "unauthorized"
	CodeForbidden          = "forbidden"
	CodeSecondFactor       = "second-factor-required"
	CodeNotFound           = "not-found"
	CodeConflict           = "conflict"
	CodeDuplicate          = "duplicate-application"
	CodeProcedureClosed    = "procedure-closed"
	CodeIdempotencyReused  = "idempotency-key-reused"
	CodeIdempotencyMissing = "idempotency-key-missing"
	CodeNotAllowedNow      = "not-allowed-now"
	CodeLengthRequired     = "length-required"
	CodeStale              = "stale"
	CodeTooLarge           = "too-large"
	CodeUnsupportedMedia   = "unsupported-media-type"
	CodeInvalidCase        = "invalid-case"
	CodeUnknownProcedure   = "unknown-procedure"
	CodeInvalidMunicipal   = "invalid-municipality"
	CodeNotInForce         = "not-in-force"
	CodeInvalidFacts       = "invalid-facts"
	CodeInvalidPhase       = "invalid-phase"
	CodeInvalidEdition     = "invalid-edition"
	CodeInvalidForm        = "invalid-form"
	CodeInvalidDeclaration = "invalid-declaration"
	CodeInvalidFile        = "invalid-file"
	CodeInvalidSignature   = "invalid-signature"
	CodeInvalidRequest     = "invalid-request"
	CodeMissingDocuments   = "missing-documents"
	CodeIndividualNumber   = "individual-number"
	CodeIfMatchRequired    = "if-match-required"
	CodeTooMany            = "too-many-requests"
	CodeUnavailable        = "unavailable"
	CodeInternal           = "internal"
)

// ReasonStoreFull is why files are not taken by a store that answers: its disk is full. What to do is another than when it is down, so that
// /readyz says which it is.
const ReasonStoreFull Reason = "store-full"

// Sentinels to compare with errors.Is, and for what is said by its code alone.
var (
	ErrNotFound     = New(NotFound, CodeNotFound, "")
	ErrConflict     = New(Conflict, CodeConflict, "")
	ErrForbidden    = New(Forbidden, CodeForbidden, "")
	ErrUnauthorized = New(Unauthorized, CodeUnauthorized, "")
)
