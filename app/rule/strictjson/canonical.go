package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Canonical writes a value as it is signed: JSON with sorted members and without white space. encoding/json sorts the members of maps,
// so what it writes is read back into one first; numbers keep how they were written.
func Canonical(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(tree); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// ReadCanonical reads into v a text that canonical then writes again byte for byte, and nothing else: one text for one value, so that
// no member is there twice and none that v does not know goes unseen.
func ReadCanonical(raw []byte, v any, canonical func() ([]byte, error)) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the statement")
	}
	again, err := canonical()
	if err != nil {
		return err
	}
	if !bytes.Equal(raw, again) {
		return errors.New("it is not written in the canonical form")
	}
	return nil
}
