package simulator

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"time"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// shown is one mail as the page and /mails show it.
type shown struct {
	At       time.Time `json:"at"`
	From     string    `json:"from"`
	To       []string  `json:"to"`
	ID       string    `json:"message_id"`
	Subject  string    `json:"subject"`
	Language string    `json:"language"`
	Text     string    `json:"text"`
}

// startPage serves the newest mails: GET / for people, GET /mails for programs, POST /faults to switch what goes wrong.
func (s *Server) startPage(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s.pageAddr = listener.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showPage)
	mux.HandleFunc("GET /mails", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.newest(200))
	})
	mux.HandleFunc("POST /faults", s.switchFaults)
	s.page = &http.Server{Handler: http.NewCrossOriginProtection().Handler(mux), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 1 << 14}
	go func() { _ = s.page.Serve(listener) }()
	return nil
}

// PageURL is where the page is; empty without one.
func (s *Server) PageURL() string {
	if s.pageAddr == "" {
		return ""
	}
	return "http://" + s.pageAddr + "/"
}

func (s *Server) showPage(w http.ResponseWriter, _ *http.Request) {
	total, _ := s.Heard()
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, map[string]any{"Mails": s.newest(200), "Total": total, "Faults": s.current()})
	if err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
	_, _ = w.Write(b.Bytes())
}

func (s *Server) switchFaults(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<12)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	seconds, _ := strconv.Atoi(r.Form.Get("slow")) // empty is not slow
	s.SetFaults(Faults{
		Down:         r.Form.Has("down"),
		Slow:         time.Duration(min(max(seconds, 0), 600)) * time.Second,
		Refuse:       r.Form.Get("refuse"),
		Defer:        r.Form.Has("defer"),
		CutAfterData: r.Form.Has("cut"),
	})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// newest decodes the newest mails, the newest first.
func (s *Server) newest(n int) []shown {
	all := s.Mails()
	out := []shown{}
	for i := len(all) - 1; i >= 0 && len(out) < n; i-- {
		out = append(out, all[i].decoded())
	}
	return out
}

// Text is the mail's subject and text as a reader sees them, and its Message-ID.
func (m Mail) Text() (id, subject, text string) {
	d := m.decoded()
	return d.ID, d.Subject, d.Text
}

// decoded reads the mail as a reader's program does; what it cannot read it shows as it came.
func (m Mail) decoded() shown {
	out := shown{At: m.At, From: m.From, To: m.To, Text: string(m.Data)}
	msg, err := mail.ReadMessage(bytes.NewReader(m.Data))
	if err != nil {
		return out
	}
	var words mime.WordDecoder
	if out.Subject, err = words.DecodeHeader(msg.Header.Get("Subject")); err != nil {
		out.Subject = msg.Header.Get("Subject")
	}
	out.ID, out.Language = msg.Header.Get("Message-Id"), msg.Header.Get("Content-Language")
	body := msg.Body
	if strings.EqualFold(msg.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	if raw, err := io.ReadAll(body); err == nil {
		out.Text = strings.ReplaceAll(string(raw), "\r\n", "\n")
	}
	return out
}
