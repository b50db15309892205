package app

import (
	"fmt"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/gateway/mail"
	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/configs"
)

// openLinkage joins the inter-agency network and the directory of residents, each if it is configured: without one the
// program runs, asks nothing, and says so on /readyz.
func (a *App) openLinkage() (*linkage.Service, error) {
	n := a.Config.Network
	var network linkage.Network
	var residents linkage.Directory
	if n.URL != "" {
		tls, err := mutual.LoadClient(n.CAFile, n.CertFile, n.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("network: %w", err)
		}
		a.network = nws.New(nws.Options{URL: n.URL, TLS: tls, Timeout: n.Timeout})
		network = a.network
	}
	if d := a.Config.Directory; d.URL != "" {
		tls, err := mutual.LoadClient(d.CAFile, d.CertFile, d.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("directory: %w", err)
		}
		a.directory = directory.New(directory.Options{URL: d.URL, TLS: tls, Timeout: d.Timeout})
		residents = a.directory
	}
	out := linkage.New(a.Dossiers, a.SweepDB, network, residents, linkageOptions(n))
	if residents != nil {
		a.Dossiers.Asking(out)
	}
	return out, nil
}

func linkageOptions(n configs.Network) linkage.Options {
	return linkage.Options{
		GiveUpAfter: n.GiveUpAfter,
		Retry:       n.Retry,
		RetryMost:   n.RetryMost,
		ByHand:      n.ByHand,
		OwnTime:     n.OwnTime,
		BreakAfter:  uint32(max(0, n.BreakAfter)), //nolint:gosec // a handful of failures
		BreakFor:    n.BreakFor,
	}
}

// openPartner joins what other sites do here to the same network.
func (a *App) openPartner() *partner.Service {
	opt := partner.Options{PublicURL: a.Config.HTTP.PublicURL, Answer: a.Config.Network.OwnTime, Forget: time.Since(a.links.Before(time.Now()))}
	if a.network == nil { // not a nil client in an interface
		return partner.New(a.Dossiers, a.SweepDB, a.Apply, nil, opt)
	}
	return partner.New(a.Dossiers, a.SweepDB, a.Apply, a.network, opt)
}

// openNotify joins the mail server if there is one: without one people have their inbox alone.
func (a *App) openNotify() (*notify.Service, error) {
	opt, m := notify.Options{PublicURL: a.Config.HTTP.PublicURL}, a.Config.Mail
	if m.Server == "" {
		return notify.New(a.Dossiers, opt), nil
	}
	o := mail.Options{Server: m.Server, From: m.From, User: m.User, TLS: m.TLS, CAFile: m.CAFile, Timeout: m.Timeout}
	var err error
	if m.User != "" {
		if o.Password, err = configs.Secret("mail.password_file", m.PasswordFile); err != nil {
			return nil, err
		}
	}
	if a.mail, err = mail.New(o); err != nil {
		return nil, err
	}
	opt.Mailer = a.mail
	return notify.New(a.Dossiers, opt), nil
}

// networkChecks are what /readyz asks of the other bodies' services that are connected.
func (a *App) networkChecks() []edge.Check {
	var out []edge.Check
	if a.network != nil {
		out = append(out, edge.Check{Name: linkage.ComponentNetwork, Probe: a.network.Ready})
	}
	if a.directory != nil {
		out = append(out, edge.Check{Name: linkage.ComponentDirectory, Probe: a.directory.Ready})
	}
	if a.mail != nil {
		out = append(out, edge.Check{Name: mail.Component, Probe: a.mail.Ready})
	}
	return out
}
