package casetest

import (
	"errors"
	"time"

	"kosodate.example/onestop/app/gateway/directory"
	people "kosodate.example/onestop/app/gateway/directory/simulator"
	"kosodate.example/onestop/app/gateway/nws"
	network "kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
)

// Network is the inter-agency network and a municipality's directory of residents, simulated over one register.
type Network struct {
	*network.Server
	People    *people.Server
	Known     *residents.Register
	Client    *nws.Client
	Directory *directory.Client
}

// Network starts both for the time of the test. They answer at once.
func (w *World) Network() *Network {
	w.T.Helper()
	n := &Network{Known: &residents.Register{}}
	var err error
	n.Server, err = network.Start(network.Options{Addr: "127.0.0.1:0", Delay: time.Millisecond, Data: n.Known})
	Must(w.T, err)
	n.People, err = people.Start(people.Options{Addr: "127.0.0.1:0", Data: n.Known})
	Must(w.T, err)
	w.T.Cleanup(func() { _ = errors.Join(n.Server.Close(), n.People.Close()) })
	n.Client, n.Directory = nws.New(nws.Options{URL: n.Server.URL()}), directory.New(directory.Options{URL: n.People.URL()})
	return n
}
