package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"

	directory "kosodate.example/onestop/app/gateway/directory/simulator"
	"kosodate.example/onestop/app/gateway/mutual"
	nws "kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/configs"
)

// startNetwork starts what no demo can have: the inter-agency network and the municipalities' directory of residents, as
// services of their own behind mutual TLS, with invented residents. Their faults are switched on their control pages.
func (p *parts) startNetwork(_ context.Context, o options) error {
	dir := filepath.Join(p.data, "network")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	authority, err := mutual.NewAuthority()
	if err != nil {
		return err
	}
	service, err := authority.Server("127.0.0.1", "localhost")
	if err != nil {
		return err
	}
	client, err := authority.WriteClient(dir, "onestop")
	if err != nil {
		return err
	}
	known := &residents.Register{}
	if p.network, err = nws.Start(nws.Options{
		Addr:    "127.0.0.1:0",
		TLS:     service,
		Control: o.beside(2),
		Data:    known,
	}); err != nil {
		return fmt.Errorf("the network's simulator: %w", err)
	}
	if p.directory, err = directory.Start(directory.Options{
		Addr:    "127.0.0.1:0",
		TLS:     service,
		Control: o.beside(3),
		Data:    known,
	}); err != nil {
		return fmt.Errorf("the directory's simulator: %w", err)
	}
	remote := func(r *configs.Remote, url string) {
		r.URL, r.CAFile, r.CertFile, r.KeyFile = url, client.CA, client.Cert, client.Key
	}
	remote(&p.config.Network.Remote, p.network.URL())
	remote(&p.config.Directory, p.directory.URL())
	return nil
}

// beside is the address so many ports after the service's, or a free one if a stranger holds it.
func (o options) beside(n int) string {
	host, port, err := net.SplitHostPort(o.addr)
	if err != nil {
		return "127.0.0.1:0"
	}
	var base int
	if _, err := fmt.Sscan(port, &base); err != nil {
		return "127.0.0.1:0"
	}
	return besidePort(host, base+n)
}
