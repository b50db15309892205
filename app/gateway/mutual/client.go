package mutual

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync"
)

// LoadClient reads what a client of a peer needs, all PEM: the certificates that sign the peer's (caFile; no other
// authority is trusted), and the client's own certificate and key. The pair is read again at each handshake, so that a
// renewed certificate is used without a restart; while the files cannot be read or do not fit, the last good pair stays.
// TLS 1.2 or newer. The error names the file, never its content.
func LoadClient(caFile, certFile, keyFile string) (*tls.Config, error) {
	roots, own, err := load(caFile, certFile, keyFile)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return own.current(), nil }}, nil
}

func load(caFile, certFile, keyFile string) (*x509.CertPool, *pair, error) {
	authorities, err := os.ReadFile(caFile)
	if err != nil {
		return nil, nil, fmt.Errorf("mutual: the authorities: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authorities) {
		return nil, nil, fmt.Errorf("mutual: %s holds no certificate in PEM", caFile)
	}
	own := &pair{cert: certFile, key: keyFile}
	if err := own.read(); err != nil {
		return nil, nil, fmt.Errorf("mutual: %s and %s: %w", certFile, keyFile, err)
	}
	return roots, own, nil
}

// pair is a certificate and its key in two files.
type pair struct {
	cert, key string

	mu   sync.Mutex
	last *tls.Certificate
}

func (p *pair) read() error {
	c, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		var missing *os.PathError
		if errors.As(err, &missing) {
			return missing
		}
		return errors.New("they are no certificate and its key in PEM") // the library's error may tell of the key
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = &c
	return nil
}

// current reads the files again: a handshake is rare, since connections are kept.
func (p *pair) current() *tls.Certificate {
	_ = p.read() // while files are being replaced, the last good pair is still right
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}
