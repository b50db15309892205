package simulator

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/digitorus/timestamp"
)

// StampFault is what is wrong with a time-stamping authority.
type StampFault struct {
	Down        bool          `json:"down"`        // 503
	Slow        time.Duration `json:"slow"`        // nanoseconds before it answers
	Status      bool          `json:"status"`      // it says no: time not available
	Nonce       bool          `json:"nonce"`       // it answers another question
	Imprint     bool          `json:"imprint"`     // it stamps something else
	Unknown     bool          `json:"unknown"`     // another authority signs
	Expired     bool          `json:"expired"`     // with a certificate of last year
	Usage       bool          `json:"usage"`       // with a certificate that is not for time stamps
	Ahead       time.Duration `json:"ahead"`       // nanoseconds by which its clock is wrong
	Certificate bool          `json:"certificate"` // it leaves its certificate out
	Noise       bool          `json:"noise"`       // it answers no DER
}

// Stamper plays a time-stamping authority (時刻認証局, RFC 3161), as a service of its own.
type Stamper struct {
	Authority *Authority

	url    string
	server *http.Server
	other  *Authority

	mu    sync.Mutex
	fault StampFault
	asked int
}

// StartStamper starts it at an address ("127.0.0.1:0" for any port).
func StartStamper(addr string) (*Stamper, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Stamper{url: "http://" + listener.Addr().String()}
	s.Authority, err = NewAuthority("時刻認証局役（架空）", s.url)
	if err == nil {
		s.other, err = NewAuthority("知らない時刻認証局（架空）", s.url)
	}
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", s.stamp)
	mux.HandleFunc("GET /ca.pem", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(s.Authority.PEM()) })
	mux.HandleFunc("PUT /control/faults", func(w http.ResponseWriter, r *http.Request) {
		var f StampFault
		if err := read(r, &f); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.Switch(f)
		w.WriteHeader(http.StatusNoContent)
	})
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// URL is where it is asked.
func (s *Stamper) URL() string { return s.url }

// Switch sets what is wrong from now on.
func (s *Stamper) Switch(f StampFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Asked is how often it was asked.
func (s *Stamper) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// Close ends it.
func (s *Stamper) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = errors.Join(s.server.Shutdown(ctx), s.server.Close())
}

func (s *Stamper) stamp(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.fault
	s.asked++
	s.mu.Unlock()
	select {
	case <-time.After(f.Slow):
	case <-r.Context().Done():
		return
	}
	question, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil || f.Down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	body, err := s.answer(question, f)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	_, _ = w.Write(body)
}

func (s *Stamper) answer(question []byte, f StampFault) ([]byte, error) {
	asked, err := timestamp.ParseRequest(question)
	switch {
	case err != nil:
		return nil, err
	case f.Noise:
		return []byte("<html>sign in to the network first</html>"), nil
	case f.Status:
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.TimeNotAvailable)
	}
	now := time.Now().Add(f.Ahead)
	from, until := now.Add(-time.Hour), now.Add(24*time.Hour)
	if f.Expired {
		from, until = now.Add(-2*365*24*time.Hour), now.Add(-365*24*time.Hour)
	}
	by := s.Authority
	if f.Unknown {
		by = s.other
	}
	cert, key, err := by.issueStamping(!f.Usage, from, until)
	if err != nil {
		return nil, err
	}
	said := timestamp.Timestamp{HashAlgorithm: asked.HashAlgorithm, HashedMessage: asked.HashedMessage, Time: now, Nonce: asked.Nonce,
		Policy: asn1.ObjectIdentifier{1, 2, 392, 100001, 1}, AddTSACertificate: !f.Certificate}
	if f.Nonce {
		said.Nonce = new(big.Int).Add(asked.Nonce, big.NewInt(1))
	}
	if f.Imprint {
		h := asked.HashAlgorithm.New()
		h.Write([]byte("another"))
		said.HashedMessage = h.Sum(nil)
	}
	return said.CreateResponseWithOpts(cert, key, crypto.SHA256)
}

var oidExtKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}

// issueStamping makes a key and its certificate for time stamps, or one that is not for them.
func (a *Authority) issueStamping(forStamps bool, from, until time.Time) (*x509.Certificate, crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: a.cert.Subject.CommonName, Country: []string{"JP"}},
		NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature}
	if forStamps { // critical, and nothing else (RFC 3161, 2.3)
		use, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
		if err != nil {
			return nil, nil, err
		}
		template.ExtraExtensions = []pkix.Extension{{Id: oidExtKeyUsage, Critical: true, Value: use}}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, key, err
}
