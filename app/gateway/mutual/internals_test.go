package mutual

import (
	"crypto/tls"
	"crypto/x509"
)

// WriteServer issues a service's certificate and writes ca.pem, NAME.pem and NAME-key.pem into dir, which exists.
func (a *Authority) WriteServer(dir, name string, hosts ...string) (Files, error) {
	c, err := a.issue(name, x509.ExtKeyUsageServerAuth, hosts)
	if err != nil {
		return Files{}, err
	}
	return a.write(dir, name, c)
}

// LoadServer is LoadClient for a service: it refuses every client without a certificate that caFile's authorities signed.
func LoadServer(caFile, certFile, keyFile string) (*tls.Config, error) {
	roots, own, err := load(caFile, certFile, keyFile)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return own.current(), nil }}, nil
}
