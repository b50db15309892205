package simulator

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

const testAudience = "kosodate-api"

// freeAddr finds a port below the range of clients' own connections.
func freeAddr(t testing.TB) string {
	t.Helper()
	for range 100 {
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(20000+rand.IntN(12000)))
		l, err := net.Listen("tcp", addr)
		if err == nil {
			_ = l.Close()
			return addr
		}
	}
	t.Fatal("no free port")
	return ""
}

func start(t testing.TB, change func(*Options)) *Server {
	t.Helper()
	o := Options{Addr: freeAddr(t), Audience: testAudience, Clients: []Client{
		{ID: "web", RedirectURLs: []string{"http://127.0.0.1:9/callback"}},
		{ID: "partner", Secret: "partner-secret", Program: true},
	}}
	if change != nil {
		change(&o)
	}
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
