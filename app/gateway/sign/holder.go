package sign

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
)

// Holder is who a certificate for signatures names.
type Holder struct {
	Name      string // as in the resident record, "日向 花子"
	BirthDate string // YYYYMMDD as the certificate has it, written YYYY-MM-DD
	Address   string
}

// The certificate for signatures carries the four basic facts in its alternative names, under these identifiers.
var (
	oidAltName   = asn1.ObjectIdentifier{2, 5, 29, 17}
	OIDName      = asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, 1}
	OIDBirthDate = asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, 4}
	OIDAddress   = asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, 5}
)

// otherName is one alternative name of a kind of its own (RFC 5280, 4.2.1.6).
type otherName struct {
	ID    asn1.ObjectIdentifier
	Value asn1.RawValue `asn1:"tag:0,explicit"`
}

// holderOf reads who a certificate names.
func holderOf(c *x509.Certificate) (Holder, error) {
	var h Holder
	for _, e := range c.Extensions {
		if !e.Id.Equal(oidAltName) {
			continue
		}
		var names asn1.RawValue
		if rest, err := asn1.Unmarshal(e.Value, &names); err != nil || len(rest) > 0 {
			return h, errors.New("alternative names that cannot be read")
		}
		for rest := names.Bytes; len(rest) > 0; {
			var one asn1.RawValue
			var err error
			if rest, err = asn1.Unmarshal(rest, &one); err != nil {
				return h, err
			}
			if one.Class == asn1.ClassContextSpecific && one.Tag == 0 {
				h.read(one.FullBytes)
			}
		}
	}
	if h.Name == "" || h.BirthDate == "" {
		return h, errors.New("the certificate names no person")
	}
	return h, nil
}

func (h *Holder) read(raw []byte) {
	var o otherName
	var text string
	if _, err := asn1.UnmarshalWithParams(raw, &o, "tag:0"); err != nil {
		return
	}
	if _, err := asn1.Unmarshal(o.Value.Bytes, &text); err != nil {
		if _, err := asn1.Unmarshal(o.Value.FullBytes, &text); err != nil {
			return
		}
	}
	switch {
	case o.ID.Equal(OIDName):
		h.Name = text
	case o.ID.Equal(OIDAddress):
		h.Address = text
	case o.ID.Equal(OIDBirthDate):
		if len(text) == 9 { // the era's digit first, as the card writes it
			text = text[1:]
		}
		if len(text) == 8 {
			h.BirthDate = text[:4] + "-" + text[4:6] + "-" + text[6:]
		}
	}
}

// AltNames encodes a holder as the alternative names of a certificate, for an authority that issues one.
func AltNames(h Holder) ([]byte, error) {
	var all []byte
	digits := ""
	for _, r := range h.BirthDate {
		if r != '-' {
			digits += string(r)
		}
	}
	for _, f := range []struct {
		id   asn1.ObjectIdentifier
		text string
	}{{OIDName, h.Name}, {OIDBirthDate, digits}, {OIDAddress, h.Address}} {
		value, err := asn1.MarshalWithParams(f.text, "utf8")
		if err != nil {
			return nil, err
		}
		one, err := asn1.MarshalWithParams(otherName{ID: f.id, Value: asn1.RawValue{
			Class:      asn1.ClassContextSpecific,
			Tag:        0,
			IsCompound: true,
			Bytes:      value,
		}}, "tag:0")
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
	}
	return asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: all})
}
