package oidc

import (
	"errors"
	"net/url"

	"kosodate.example/onestop/app/fault"
)

// The reasons for which a token or a sign-in is refused, as the member "reason" of the problem document. They are
// stable: the edge translates by them. None tells more about the token than its holder already knows.
const (
	ReasonMissing      = "missing"        // no token at all
	ReasonTooLarge     = "too-large"      // longer than MaxTokenBytes
	ReasonMalformed    = "malformed"      // not a signed JWT, or a claim of the wrong type
	ReasonAlgorithm    = "algorithm"      // none, HS256, or another algorithm that is not accepted
	ReasonKey          = "key"            // signed with a key that the provider does not publish
	ReasonSignature    = "signature"      // the signature does not fit
	ReasonIssuer       = "issuer"         // issued by somebody else
	ReasonAudience     = "audience"       // meant for another service
	ReasonExpired      = "expired"        // its time is over
	ReasonNotYet       = "not-yet-valid"  // its time has not come
	ReasonNonce        = "nonce"          // the answer belongs to another sign-in
	ReasonCode         = "code"           // the authorization code was refused: expired, used, or of another browser
	ReasonTokenMissing = "token-missing"  // the provider answered without an ID token
	ReasonSubject      = "subject"        // no subject, or the two tokens of one sign-in name different people
	ReasonType         = "type"           // a JWT of another kind, such as an ID token or a logout token
	ReasonNoExpiry     = "expiry-missing" // a token that would be good for ever
)

var whyRefused = map[string]fault.Reason{
	ReasonMissing:      "sign-in-missing",
	ReasonTooLarge:     "token-too-large",
	ReasonMalformed:    "token-malformed",
	ReasonAlgorithm:    "token-algorithm",
	ReasonKey:          "token-key",
	ReasonSignature:    "token-signature",
	ReasonIssuer:       "token-issuer",
	ReasonAudience:     "token-audience",
	ReasonExpired:      "sign-in-over",
	ReasonNotYet:       "token-not-yet-valid",
	ReasonNonce:        "sign-in-nonce",
	ReasonCode:         "sign-in-used",
	ReasonTokenMissing: "sign-in-incomplete",
	ReasonSubject:      "token-subject",
	ReasonType:         "token-type",
	ReasonNoExpiry:     "token-no-expiry",
}

// refused makes the fault of one reason. It never carries the library's error, which may quote parts of the token.
func refused(reason string) *fault.Error {
	return fault.New(fault.Unauthorized, fault.CodeUnauthorized, whyRefused[reason]).Note("reason", reason)
}

// unavailable is the fault for a provider that does not answer. The cause is for logs; a URL in it loses its query,
// where a code or a token could be.
func unavailable(cause error) *fault.Error {
	var ue *url.Error
	if errors.As(cause, &ue) {
		cause = ue.Err
	}
	return fault.New(fault.Unavailable, fault.CodeUnavailable, "sign-in-silent").
		Note("down", "oidc").Because(cause)
}
