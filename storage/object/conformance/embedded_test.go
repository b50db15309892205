package conformance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"kosodate.example/onestop/storage/embedded/child"
	"kosodate.example/onestop/storage/embedded/s3server"
	"kosodate.example/onestop/storage/object"
)

// The demo's server runs inside the demo's process. To be able to kill it, the suite runs it in a process of its own:
// this test binary, told so by its environment.
const folderVariable, addressVariable = "ONESTOP_CONFORMANCE_FOLDER", "ONESTOP_CONFORMANCE_ADDRESS"

const accessKey, secretKey = "onestop-test", "onestop-test-secret"

func TestMain(m *testing.M) {
	if dir := os.Getenv(folderVariable); dir != "" {
		_, err := s3server.Start(context.Background(), s3server.Options{Dir: dir, Addr: os.Getenv(addressVariable),
			AccessKey: accessKey, SecretKey: secretKey, Bucket: "first"})
		fmt.Println("started:", err)
		if err == nil {
			select {} // the test kills this process
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

type embeddedServer struct {
	dir, address string
	process      *child.Process
}

func (s *embeddedServer) Config(bucket string) object.Config {
	return object.Config{Endpoint: s.address, AccessKey: accessKey, SecretKey: secretKey, Bucket: bucket}
}

func (s *embeddedServer) Kill() { s.process.Kill() }

func (s *embeddedServer) Restart(context.Context) error {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), folderVariable+"="+s.dir, addressVariable+"="+s.address)
	cmd.Stderr = os.Stderr
	output, said, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd.Stdout = said
	if s.process, err = child.Start(cmd, syscall.SIGKILL); err != nil {
		return err
	}
	if err := said.Close(); err != nil {
		return err
	}
	lines := bufio.NewReader(output)
	line, err := lines.ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "started: <nil>" {
		return fmt.Errorf("%q, %w", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return nil
}

func TestEmbeddedServer(t *testing.T) {
	Run(t, func(t *testing.T) Server {
		port, err := child.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		s := &embeddedServer{dir: t.TempDir(), address: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}
		if err := s.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Kill)
		return s
	})
}
