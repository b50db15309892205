package wire

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"kosodate.example/onestop/app/fault"
)

// Codes are the codes that a status can carry, as the description names them (app/fault/codes.go; a test holds that
// none is left out).
var Codes = map[int][]string{
	http.StatusBadRequest:   {fault.CodeMalformed, fault.CodeIdempotencyMissing},
	http.StatusUnauthorized: {fault.CodeUnauthorized},
	http.StatusForbidden:    {fault.CodeForbidden, fault.CodeSecondFactor},
	http.StatusNotFound:     {fault.CodeNotFound, fault.CodeUnknownProcedure},
	http.StatusConflict: {fault.CodeConflict, fault.CodeDuplicate, fault.CodeProcedureClosed, fault.CodeIdempotencyReused,
		fault.CodeNotAllowedNow},
	http.StatusLengthRequired:        {fault.CodeLengthRequired},
	http.StatusPreconditionFailed:    {fault.CodeStale},
	http.StatusRequestEntityTooLarge: {fault.CodeTooLarge},
	http.StatusUnsupportedMediaType:  {fault.CodeUnsupportedMedia},
	http.StatusUnprocessableEntity: {fault.CodeInvalidRequest, fault.CodeInvalidCase, fault.CodeUnknownProcedure,
		fault.CodeInvalidMunicipal, fault.CodeNotInForce,
		fault.CodeInvalidFacts, fault.CodeInvalidPhase, fault.CodeInvalidEdition, fault.CodeInvalidForm, fault.CodeInvalidDeclaration, fault.CodeInvalidFile,
		fault.CodeInvalidSignature, fault.CodeMissingDocuments, fault.CodeIndividualNumber},
	http.StatusPreconditionRequired: {fault.CodeIfMatchRequired},
	http.StatusTooManyRequests:      {fault.CodeTooMany},
	http.StatusInternalServerError:  {fault.CodeInternal},
	http.StatusServiceUnavailable:   {fault.CodeUnavailable},
}

// expected are the statuses of failures that a route of this kind can give whatever it does.
func expected(row Operation) []int {
	out := []int{http.StatusBadRequest, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if !row.For.IsPublic() {
		out = append(out, http.StatusUnauthorized, http.StatusForbidden)
	}
	if slices.Contains([]string{http.MethodPost, http.MethodPatch, http.MethodPut}, row.Method) {
		out = append(out, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity)
	}
	if strings.Contains(row.Path, "{") {
		out = append(out, http.StatusNotFound)
	}
	for _, s := range row.Fails {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, s := range out {
		if Codes[s] == nil {
			panic(fmt.Sprintf("api: %s: no code has the status %d", row.ID, s))
		}
	}
	return out
}
