package faulttest

import (
	"io"
	"net"
)

// pumpBytes carries bytes as they come; its one point is "connect".
func pumpBytes(w *wire, client, server net.Conn) {
	if !w.pass("connect") {
		return
	}
	bothWays(client, server,
		func() { _, _ = io.Copy(server, client) }, // one side is gone: so is the connection
		func() { _, _ = io.Copy(client, server) })
}
