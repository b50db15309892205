package mutual

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Authority issues certificates for simulators and tests. Its key exists in memory only.
type Authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// lifetime of what an authority issues: a demo that runs for long, and no more.
const lifetime = 90 * 24 * time.Hour

// NewAuthority makes an authority with a fresh key.
func NewAuthority() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificate("Simulated authority")
	template.IsCA, template.BasicConstraintsValid, template.MaxPathLenZero = true, true, true
	template.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &Authority{key: key, cert: cert}, err
}

func certificate(name string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // crypto/rand does not fail on a system that runs at all
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(lifetime),
	}
}

// Server is the configuration of a service under the given host names and addresses; it asks every client for a
// certificate of this authority and refuses those without.
func (a *Authority) Server(hosts ...string) (*tls.Config, error) {
	c, err := a.issue("Simulated service", x509.ExtKeyUsageServerAuth, hosts)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{c},
		ClientCAs:    a.pool(),
		ClientAuth:   tls.RequireAndVerifyClientCert,
	}, nil
}

// Client is the configuration of a client with a certificate in a name.
func (a *Authority) Client(name string) (*tls.Config, error) {
	c, err := a.issue(name, x509.ExtKeyUsageClientAuth, nil)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{c}, RootCAs: a.pool()}, nil
}

// Files are paths of PEM files, as LoadClient takes them.
type Files struct{ CA, Cert, Key string }

// WriteClient issues a client's certificate and writes ca.pem, NAME.pem and NAME-key.pem into dir, which exists.
func (a *Authority) WriteClient(dir, name string) (Files, error) {
	c, err := a.issue(name, x509.ExtKeyUsageClientAuth, nil)
	if err != nil {
		return Files{}, err
	}
	return a.write(dir, name, c)
}

func (a *Authority) issue(name string, use x509.ExtKeyUsage, hosts []string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := certificate(name)
	template.KeyUsage, template.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{use}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

func (a *Authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

func (a *Authority) write(dir, name string, c tls.Certificate) (Files, error) {
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		return Files{}, err
	}
	f := Files{CA: filepath.Join(dir, "ca.pem"), Cert: filepath.Join(dir, name+".pem"), Key: filepath.Join(dir, name+"-key.pem")}
	for _, one := range []struct {
		path, kind string
		der        []byte
		mode       os.FileMode
	}{{f.CA, "CERTIFICATE", a.cert.Raw, 0o644}, {f.Cert, "CERTIFICATE", c.Certificate[0], 0o644}, {f.Key, "PRIVATE KEY", key, 0o600}} {
		if err := replace(one.path, pem.EncodeToMemory(&pem.Block{Type: one.kind, Bytes: one.der}), one.mode); err != nil {
			return Files{}, fmt.Errorf("mutual: %w", err)
		}
	}
	return f, nil
}

// replace writes a file beside its place and renames it: nobody reads half of one, and a key never lies in a file that an
// earlier run left open to others.
func replace(path string, content []byte, mode os.FileMode) error {
	t, err := os.CreateTemp(filepath.Dir(path), ".new-*") // with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(t.Name()) // nothing is there any more once it was renamed
	_, err = t.Write(content)
	if err == nil {
		err = t.Chmod(mode)
	}
	if closed := t.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(t.Name(), path)
}
