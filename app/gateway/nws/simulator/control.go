package simulator

import "net/http"

// controls are the switches: JSON for programs, a page for people.
func (s *Server) controls() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /control/faults", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.faults.get()) })
	mux.HandleFunc("PUT /control/faults", s.putFaults)
	mux.HandleFunc("GET /control/totals", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Totals()) })
	mux.HandleFunc("GET /control/inquiries/{key}", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, map[string]int{"asked": s.Asked(r.PathValue("key"))})
	})
	mux.HandleFunc("GET /control/residents/{id}/items/{item}", s.showHeld)
	mux.HandleFunc("PUT /control/residents/{id}/items/{item}", s.putHeld)
	mux.HandleFunc("DELETE /control/residents/{id}/items/{item}", s.deleteHeld)
	mux.HandleFunc("GET /{$}", s.showPage)
	mux.HandleFunc("POST /faults", s.postFaults)
	mux.HandleFunc("POST /corrections", s.postCorrection)
	// No other site may throw a switch with the browser of whoever has the demo open.
	return http.MaxBytesHandler(http.NewCrossOriginProtection().Handler(mux), 64<<10)
}

func (s *Server) putFaults(w http.ResponseWriter, r *http.Request) {
	var f Faults
	if !read(w, r, &f) {
		return
	}
	if err := s.SetFaults(f); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	writeJSON(w, http.StatusOK, s.faults.get())
}
