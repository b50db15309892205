package simulator

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The methods of RFC 8176 that a sign-in here amounts to.
var (
	amrOneFactor  = []string{"pwd"}
	amrTwoFactors = []string{"pwd", "otp"}
)

// maxWrongCodes is how often a code may be mistyped before a persona has to be chosen again, with a new code.
const maxWrongCodes = 5

func (p *pages) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /login", p.showPersonas)
	mux.HandleFunc("POST /login", p.choosePersona)
	mux.HandleFunc("GET /login/code", p.showCode)
	mux.HandleFunc("POST /login/code", p.checkCode)
	mux.HandleFunc("GET /login/style.css", p.style)
	mux.HandleFunc("GET /signed-out", func(w http.ResponseWriter, r *http.Request) {
		p.message(w, r, http.StatusOK, "signed_out")
	})
}

// showPersonas is the first step.
func (p *pages) showPersonas(w http.ResponseWriter, r *http.Request) {
	in, err := p.storage.find(r.FormValue("id"))
	if err != nil || in.done {
		p.message(w, r, http.StatusNotFound, "expired")
		return
	}
	p.render(w, r, http.StatusOK, "personas", in, "")
}

// choosePersona takes the choice: parents are signed in, staff go on to the second factor.
func (p *pages) choosePersona(w http.ResponseWriter, r *http.Request) {
	persona, ok := PersonaByKey(r.PostFormValue("persona"))
	if !ok || persona.Kind == KindPartner {
		p.message(w, r, http.StatusUnprocessableEntity, "unknown")
		return
	}
	otp, err := newOTP()
	if err != nil {
		http.Error(w, "no randomness", http.StatusInternalServerError)
		return
	}
	in, err := p.storage.change(r.PostFormValue("id"), func(in *signIn) {
		in.persona, in.otp, in.wrong = persona.Key, otp, 0
		if !persona.Staff() {
			in.finish(amrOneFactor)
		}
	})
	switch {
	case err != nil:
		p.message(w, r, http.StatusNotFound, "expired")
	case in.done:
		p.backToClient(w, r, in)
	default:
		q := url.Values{"id": {in.id}}
		if lang := r.PostFormValue("lang"); lang != "" {
			q.Set("lang", lang)
		}
		http.Redirect(w, r, "/login/code?"+q.Encode(), http.StatusSeeOther)
	}
}

// showCode is the second step, for staff.
func (p *pages) showCode(w http.ResponseWriter, r *http.Request) {
	in, err := p.storage.find(r.FormValue("id"))
	if err != nil || in.done || in.persona == "" {
		p.message(w, r, http.StatusNotFound, "expired")
		return
	}
	p.render(w, r, http.StatusOK, "code", in, "")
}

// checkCode takes the code, or the wish to go without one, which the application then refuses with 403.
func (p *pages) checkCode(w http.ResponseWriter, r *http.Request) {
	typed := digits(r.PostFormValue("code"))
	without := r.PostFormValue("without") != ""
	in, err := p.storage.change(r.PostFormValue("id"), func(in *signIn) {
		switch {
		case in.persona == "":
		case without:
			in.finish(amrOneFactor)
		case subtle.ConstantTimeCompare([]byte(typed), []byte(in.otp)) == 1:
			in.finish(amrTwoFactors)
		default:
			if in.wrong++; in.wrong >= maxWrongCodes {
				in.persona, in.otp = "", ""
			}
		}
	})
	switch {
	case err == nil && in.wrong >= maxWrongCodes:
		p.render(w, r, http.StatusUnprocessableEntity, "personas", in, "too_often")
	case err != nil || in.persona == "":
		p.message(w, r, http.StatusNotFound, "expired")
	case in.done:
		p.backToClient(w, r, in)
	default:
		p.render(w, r, http.StatusUnprocessableEntity, "code", in, "wrong_code")
	}
}

// finish signs the persona in.
func (s *signIn) finish(amr []string) {
	s.amr, s.authTime, s.done, s.otp = amr, time.Now(), true, ""
}

// backToClient hands over to the library, which issues the code.
func (p *pages) backToClient(w http.ResponseWriter, r *http.Request, in signIn) {
	http.Redirect(w, r, "/authorize/callback?id="+url.QueryEscape(in.id), http.StatusSeeOther)
}

func newOTP() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%06d", n), nil
}

// digits forgives full-width digits and spaces, which Japanese keyboards produce.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}
