package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail of plain text to one address.
type Message struct {
	// ID names the mail, the same at each attempt: the Message-ID is made of it, so that a receiver who gets a mail twice,
	// because its acknowledgement was lost, knows that it is the same one.
	ID       string
	To       string // an address as Address gives it
	Subject  string
	Text     string
	Language string    // BCP 47
	At       time.Time // of what the mail is about, the same at each attempt
}

// Address reads an address that a person gave, without a name: "user@example.jp". An address with a name, with several
// addresses, a quoted or a commented one is refused, and one longer than SMTP allows (RFC 5321, 4.5.3.1).
func Address(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 254 || strings.ContainsAny(text, "\r\n\t <>()[]\",;:\\") {
		return "", false
	}
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || a.Name != "" {
		return "", false
	}
	domain := domainOf(text)
	if at := len(text) - len(domain) - 1; at > 64 || !strings.Contains(domain, ".") {
		return "", false
	}
	return text, true
}

// Send hands the mail to the server; nil is the server's acknowledgement, after which the mail is the server's. Errors:
// ErrRefused when the server refused this mail for good; fault.Unavailable (component "mail") when it is down, too slow or
// asks to try again later, and when the connection broke before an answer: then nobody knows whether the mail is the
// server's, and whoever tries again sends the same Message-ID.
func (c *Client) Send(ctx context.Context, m Message) error {
	msg, err := c.compose(m)
	if err != nil {
		return errors.Join(ErrRefused, err)
	}
	client, err := gomail.NewClient(c.host, c.common...)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return unavailable(err)
	}
	err = client.Send(msg)
	_ = client.Close() // what was acknowledged stays so, whatever becomes of the goodbye
	if msg.IsDelivered() {
		return nil
	}
	return translate(err)
}

func (c *Client) compose(m Message) (*gomail.Msg, error) {
	to, ok := Address(m.To)
	if !ok {
		return nil, errors.New("mail: this is no address")
	}
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	if err := msg.From(c.from.String()); err != nil {
		return nil, err
	}
	if err := msg.To(to); err != nil {
		return nil, err
	}
	msg.SetMessageIDWithValue(m.ID + "@" + c.domain)
	msg.SetDateWithValue(m.At)
	msg.Subject(m.Subject)
	msg.SetGenHeader("Content-Language", m.Language)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's holiday note answers it
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg, nil
}

// translate tells a refusal for good from everything that may be otherwise the next time. The server's own words are left
// out: they often name the address, and errors are kept and logged.
func translate(err error) error {
	var answered *gomail.SendError
	if !errors.As(err, &answered) {
		return unavailable(err)
	}
	said := fmt.Errorf("%s: code %d %s", answered.Reason, answered.ErrorCode(), answered.EnhancedStatusCode())
	if answered.ErrorCode() >= 500 {
		// not of the sender: that is set right some day
		if slices.Contains([]gomail.SendErrReason{gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose}, answered.Reason) {
			return errors.Join(ErrRefused, said)
		}
	}
	return unavailable(said)
}
