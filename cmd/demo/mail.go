package main

import (
	"context"
	"fmt"

	"kosodate.example/onestop/app/gateway/mail"
	mails "kosodate.example/onestop/app/gateway/mail/simulator"
)

// startMail starts a mail server that delivers nothing, with a page that shows what parents would get.
func (p *parts) startMail(_ context.Context, o options) (err error) {
	if p.mail, err = mails.Start(mails.Options{Addr: "127.0.0.1:0", Page: o.beside(5)}); err != nil {
		return fmt.Errorf("the mail server's simulator: %w", err)
	}
	m := &p.config.Mail
	m.Server, m.From, m.TLS = p.mail.Addr(), "子育てワンストップサービス <no-reply@onestop.example>", mail.TLSNone
	return nil
}
