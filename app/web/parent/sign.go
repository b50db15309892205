package parent

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// signPage is where an application is signed with the card and filed in one act (P3). Without a script the person signs
// the content with a program of the own and sends the signature as a file.
type signPage struct {
	*draft
	Before  string
	Digest  string // SHA-256 of what is signed
	Signer  string
	Again   bool // signed before with a certificate that was revoked: the arrival stays
	Devices hint
	Files   []apply.ManifestFile
}

// mostSignature bounds a signature: a CMS with a chain of certificates has some kilobytes.
const mostSignature = 256 << 10

func (p *pages) sign(r *page.Request) error {
	out, err := p.signPage(r)
	if err != nil {
		return err
	}
	if out.State != models.StateDraft && !out.Again {
		return r.Redirect("/applications/" + out.ID)
	}
	return r.Show("parent/sign", out)
}

func (p *pages) signPage(r *page.Request) (*signPage, error) {
	d, err := p.open(r, stepSign)
	if err != nil {
		return nil, err
	}
	m, err := p.Manifest(r.Ctx, r.Actor, d.View)
	if err != nil {
		return nil, err
	}
	content, err := m.Canonical()
	if err != nil {
		return nil, err
	}
	return &signPage{
		draft:   d,
		Before:  d.before(stepSign),
		Digest:  digest(content),
		Signer:  p.opt.Signer,
		Again:   d.State == models.StateSignatureInvalid,
		Devices: p.hint(r, models.SignatureSignature),
		Files:   m.Files,
	}, nil
}

// fileSigned takes the signature and files the application, or takes a new signature for one that was filed. Where signing
// is closed no signature is taken, however it was sent (R11).
func (p *pages) fileSigned(r *page.Request) error {
	if !r.Open(page.FunctionSign) {
		return p.notHere(r)
	}
	sent, err := readSigned(r)
	if err != nil {
		return err
	}
	key, err := edge.IdempotencyKey(sent.once)
	if err != nil {
		return err
	}
	id := r.Param("id")
	out, err := p.signPage(r)
	if err != nil {
		return err
	}
	req := dossier.Request{Route: "POST /applications/sign " + id, Key: key, BodyHash: sum(append([]byte(sent.version), sent.signature...))}
	version, err := strconv.ParseInt(sent.version, 10, 64)
	if err != nil {
		return fault.New(fault.Malformed, fault.CodeMalformed, "version-missing")
	}
	if out.Again {
		_, err = p.Apply.SignAgain(r.Ctx, r.Actor, req, id, sent.signature, &version)
	} else {
		_, err = p.File(r.Ctx, r.Actor, req, id, &version, sent.signature)
	}
	if err == nil {
		return r.Redirect("/applications/" + id + "/receipt")
	}
	if f := fault.As(err); f != nil && f.Code != fault.CodeInvalidSignature && len(f.Details) > 0 {
		return p.notFiled(r, err)
	}
	return r.Again("parent/sign", out, err)
}

// notHere refuses a signature from a device on which signing is closed: the page says what to do, and nothing is lost.
func (p *pages) notHere(r *page.Request) error {
	out, err := p.signPage(r)
	if err != nil {
		return err
	}
	return r.ShowWith(http.StatusConflict, "parent/sign", out, []page.Wrong{{Code: fault.CodeNotAllowedNow, Text: r.Text("device.not-taken")}})
}

// signed is what the form sent.
type signed struct {
	once, version string
	signature     []byte
}

// readSigned reads the form: the signature as a file, or in base64 from the script.
func readSigned(r *page.Request) (signed, error) {
	r.Gin.Request.Body = http.MaxBytesReader(r.Gin.Writer, r.Gin.Request.Body, 2*mostSignature)
	var out signed
	parts, err := r.Gin.Request.MultipartReader()
	if err != nil {
		return out, fault.New(fault.Malformed, fault.CodeMalformed, "unreadable").Because(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, fault.New(fault.Malformed, fault.CodeMalformed, "unreadable").Because(err)
		}
		value, err := io.ReadAll(io.LimitReader(part, mostSignature))
		if err != nil {
			return out, fault.New(fault.Malformed, fault.CodeMalformed, "unreadable").Because(err)
		}
		switch part.FormName() {
		case "once":
			out.once = string(value)
		case "version":
			out.version = string(value)
		case "signature":
			if raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(value))); err == nil && len(raw) > 0 {
				out.signature = raw
			}
		case "signature_file":
			if len(value) > 0 {
				out.signature = value
			}
		}
	}
	return out, nil
}
