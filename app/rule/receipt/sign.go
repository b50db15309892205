package receipt

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// statementType is the type in the signature's header: a signature that the same key made over something else, and a
// statement of another make, are not taken for this one.
const statementType = "onestop-receipt-1"

// What can be wrong with a file that should be a receipt. errors.Is finds them.
var (
	ErrEmpty       = errors.New("the file is empty")
	ErrTooLarge    = fmt.Errorf("the file is larger than %d bytes, which no receipt is", MaxSize)
	ErrNotAReceipt = errors.New("this is not a signed receipt of the service")
	ErrSeveral     = errors.New("the page holds more than one signed receipt")
	ErrUnknownKey  = errors.New("it is signed with a key that is not among the keys given; get the service's current keys")
	ErrAltered     = errors.New("the receipt was altered: its signature does not fit what it says")
)

// MaxSize is the size in bytes that no receipt reaches, saved by whatever browser: 1 MiB.
const MaxSize = 1 << 20

// Sign gives the statement with its signature as one text; it puts in the id of the key.
func (k *Keys) Sign(s Statement) (string, error) {
	s.KeyID = k.SigningKey()
	if err := s.check(); err != nil {
		return "", fmt.Errorf("receipt %s: %w", s.Number, err)
	}
	payload, err := s.Canonical()
	if err != nil {
		return "", err
	}
	return k.SignAs(statementType, payload)
}

// SignAs gives a payload with its signature as one text (JWS in compact form, EdDSA). kind is the type in its header: what was signed
// as one type is never taken for another.
func (k *Keys) SignAs(kind string, payload []byte) (string, error) {
	if !k.CanSign() {
		return "", errors.New("there is no private key to sign with")
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: k.private, KeyID: k.signing}},
		(&jose.SignerOptions{}).WithType(jose.ContentType(kind)),
	)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// Verify checks a text that Sign gave and reads the statement. Errors: ErrNotAReceipt, ErrUnknownKey, ErrAltered.
func (k *Keys) Verify(text string) (*Statement, error) {
	payload, key, err := k.VerifyAs(statementType, text)
	if err != nil {
		return nil, err
	}
	s, err := decode(payload)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotAReceipt, err)
	}
	if s.KeyID != key {
		return nil, ErrAltered
	}
	return s, nil
}

// VerifyAs checks a text that SignAs gave for the same type, and gives its payload and the id of the key. Errors: ErrNotAReceipt for
// what is no such text or of another type, ErrUnknownKey, ErrAltered.
func (k *Keys) VerifyAs(kind, text string) (payload []byte, keyID string, err error) {
	signed, err := parse(kind, text)
	if err != nil {
		return nil, "", err
	}
	keyID = signed.Signatures[0].Protected.KeyID
	public, known := k.trusted[keyID]
	if !known {
		return nil, "", ErrUnknownKey
	}
	if payload, err = signed.Verify(public); err != nil {
		return nil, "", ErrAltered
	}
	return payload, keyID, nil
}

// PayloadAs is the payload of a text that SignAs gave, unverified: for who keeps it. Error: ErrNotAReceipt.
func PayloadAs(kind, text string) ([]byte, error) {
	signed, err := parse(kind, text)
	if err != nil {
		return nil, err
	}
	return signed.UnsafePayloadWithoutVerification(), nil
}

func parse(kind, text string) (*jose.JSONWebSignature, error) {
	if !strict(text) {
		return nil, ErrNotAReceipt
	}
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil || len(signed.Signatures) != 1 || signed.Signatures[0].Protected.ExtraHeaders[jose.HeaderType] != kind {
		return nil, ErrNotAReceipt
	}
	return signed, nil
}

// strict says whether a text is three parts of base64url as one would write them: the usual decoder takes line ends and
// other spellings of the last character for the same, which would let a text be altered unseen.
func strict(text string) bool {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || strings.ContainsAny(text, "\r\n") {
		return false
	}
	for _, part := range parts {
		if _, err := base64.RawURLEncoding.Strict().DecodeString(part); err != nil || part == "" {
			return false
		}
	}
	return true
}
