// Package mail hands mails to an SMTP server. It is called from jobs alone: what is slow or down holds nobody up.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"os"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"kosodate.example/onestop/app/fault"
)

// Component is the name under which the mail server appears in a fault and on /readyz.
const Component = "mail"

// The ways in which the connection is encrypted.
const (
	TLSNone     = "none"     // not at all: a server on the same machine or a closed network
	TLSStart    = "starttls" // by STARTTLS, always: a server that does not offer it is not used
	TLSImplicit = "tls"      // from the first byte
)

// maxTimeout is the longest for each of the two parts of a mail: together they fit into the minute that a job has.
const maxTimeout = 25 * time.Second

// ErrRefused means that the server refused this mail for good (5xx), its address for example: trying again gives the same.
var ErrRefused = errors.New("mail: the server refused it for good")

// Options say where the server is and as whom it is used.
type Options struct {
	Server   string        // host:port
	From     string        // the sender's address, with a name or without
	User     string        // to sign in with; empty: without
	Password string        // it goes over TLS alone
	TLS      string        // one of TLSNone, TLSStart, TLSImplicit
	CAFile   string        // PEM of the authorities to trust; the system's if empty
	Timeout  time.Duration // to connect and sign in, and again to hand a mail over; 20 s if zero
}

// Client sends by one server. It may be used from any number of goroutines; each mail has a connection of its own.
type Client struct {
	opt    Options
	from   netmail.Address
	domain string // of the sender, in which message ids are made
	host   string
	common []gomail.Option
}

// New makes a client; it does not connect. An error names the key of the configuration that is wrong.
func New(o Options) (*Client, error) {
	if o.Timeout <= 0 {
		o.Timeout = 20 * time.Second
	}
	if o.Timeout > maxTimeout {
		return nil, fmt.Errorf("mail.timeout: %s is more than %s, and a job would not have the time", o.Timeout, maxTimeout)
	}
	c := &Client{opt: o}
	host, port, err := net.SplitHostPort(o.Server)
	if err != nil {
		return nil, fmt.Errorf("mail.server: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 1 || number > 65535 {
		return nil, fmt.Errorf("mail.server: the port of %q is a number from 1 to 65535", o.Server)
	}
	from, err := netmail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("mail.from: %w", err)
	}
	c.from, c.host, c.domain = *from, host, domainOf(from.Address)
	trust := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("mail.ca_file: %w", err)
		}
		trust.RootCAs = x509.NewCertPool()
		if !trust.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("mail.ca_file: %s holds no certificate", o.CAFile)
		}
	}
	c.common = []gomail.Option{
		gomail.WithPort(number),
		gomail.WithTimeout(o.Timeout),
		gomail.WithTLSConfig(trust),
		gomail.WithHELO(c.domain),
		gomail.WithoutNoop(),
	}
	switch o.TLS {
	case TLSNone:
		c.common = append(c.common, gomail.WithTLSPolicy(gomail.NoTLS))
	case TLSStart:
		c.common = append(c.common, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLSImplicit:
		c.common = append(c.common, gomail.WithSSL())
	default:
		return nil, fmt.Errorf("mail.tls: %q is none of none, starttls, tls", o.TLS)
	}
	if o.User != "" && o.TLS == TLSNone {
		return nil, errors.New("mail.user: a password goes over TLS alone; set mail.tls")
	}
	if o.User != "" { // by the strongest way that the server offers
		c.common = append(c.common, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(o.User), gomail.WithPassword(o.Password))
	}
	return c, nil
}

// Ready says whether the server greets and lets the program in, for /readyz.
func (c *Client) Ready(ctx context.Context) error {
	client, err := gomail.NewClient(c.host, c.common...)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return unavailable(err)
	}
	return client.Close()
}

func unavailable(cause error) error {
	return fault.New(fault.Unavailable, fault.CodeUnavailable, "mail-silent").
		Note("component", Component).Because(cause)
}

func domainOf(address string) string {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '@' {
			return address[i+1:]
		}
	}
	return address
}
