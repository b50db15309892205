package notify_test

import (
	"context"
	"errors"
	"testing"

	"kosodate.example/onestop/app/gateway/mail"
	"kosodate.example/onestop/app/gateway/mail/simulator"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
)

const signIn = "http://127.0.0.1:8080"

// post is an office with a real mail server.
type post struct {
	*office
	server *simulator.Server
	mailer *dying
}

// dying hands mails over, and dies before or after it as a killed worker does.
type dying struct {
	notify.Mailer
	before, after bool
}

var errKilled = errors.New("killed")

func (d *dying) Send(ctx context.Context, m mail.Message) error {
	if d.before {
		panic(errKilled)
	}
	err := d.Mailer.Send(ctx, m)
	if d.after {
		panic(errKilled)
	}
	return err
}

func newPost(t testing.TB) *post {
	t.Helper()
	p := &post{office: newOffice(t)}
	var err error
	if p.server, err = simulator.Start(simulator.Options{Addr: "127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.server.Close)
	client, err := mail.New(mail.Options{Server: p.server.Addr(), From: "no-reply@onestop.example", TLS: mail.TLSNone})
	if err != nil {
		t.Fatal(err)
	}
	p.mailer = &dying{Mailer: client}
	p.service = notify.New(p.Dossiers, notify.Options{Mailer: p.mailer, PublicURL: signIn})
	return p
}

func (p *post) wants(actor models.Actor, s notify.Settings) {
	p.T.Helper()
	if _, err := p.service.PutSettings(context.Background(), actor, s); err != nil {
		p.T.Fatal(err)
	}
}

// jobs are the mails that are queued, each as often as it is.
func (p *post) jobs() []task.Mail {
	p.T.Helper()
	rows, err := p.Super().Query(`select args->>'municipality', args->>'message' from river_job where kind = 'mail' order by id`)
	if err != nil {
		p.T.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []task.Mail
	for rows.Next() {
		var m task.Mail
		if err := rows.Scan(&m.Municipality, &m.Message); err != nil {
			p.T.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// send runs a job; a worker that dies in it is errKilled.
func (p *post) send(job task.Mail) (err error) {
	defer func() {
		if dead := recover(); dead != nil {
			err = errKilled
		}
	}()
	return p.service.Mail(context.Background(), job)
}
