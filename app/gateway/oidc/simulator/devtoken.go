package simulator

import (
	"net/http"

	"kosodate.example/onestop/app/fault"
)

// DevTokenHandler answers POST /dev/token of the demo (api.md, "The demo only"): form field persona →
// {"access_token", "token_type", "expires_in"} with seconds; an unknown persona → 422 with the list of those there are.
// A deployment must not mount it: it gives anybody's token to everybody.
func (s *Server) DevTokenHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			problem(w, http.StatusMethodNotAllowed, fault.CodeMalformed, "Send POST with the form field persona.")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		if err := r.ParseForm(); err != nil {
			problem(w, http.StatusBadRequest, fault.CodeMalformed, "The form cannot be read.")
			return
		}
		persona := r.PostForm.Get("persona")
		if _, ok := PersonaByKey(persona); !ok {
			problem(w, http.StatusUnprocessableEntity, fault.CodeInvalidRequest, "Unknown persona. Choose one of personas, or load-0001 to load-1000.")
			return
		}
		token, lifetime, err := s.DevToken(persona)
		if err != nil {
			problem(w, http.StatusInternalServerError, fault.CodeInternal, "The token could not be made.")
			return
		}
		writeJSON(w, "application/json", http.StatusOK, map[string]any{
			"access_token": token, "token_type": "Bearer", "expires_in": int(lifetime.Seconds()),
		})
	})
}

// problem answers by RFC 9457.
func problem(w http.ResponseWriter, status int, code, detail string) {
	body := map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "code": code, "detail": detail}
	if status == http.StatusUnprocessableEntity {
		keys := make([]string, 0, len(named))
		for _, p := range named {
			keys = append(keys, p.Key)
		}
		body["personas"] = keys
	}
	writeJSON(w, "application/problem+json", status, body)
}
