package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/configs"
)

// drillServer is a PostgreSQL on a restored cluster, on a free port of this machine.
type drillServer struct {
	dir, data, bin string
	port           int
}

// settings are given on the command line, which goes before those that the cluster brings with it: they are for the machine that it is from.
func (s *drillServer) settings() string {
	return fmt.Sprintf("-c config_file=%[2]s/postgresql.conf -c hba_file=%[2]s/hba.conf -c port=%[1]d -c listen_addresses=127.0.0.1"+
		" -c unix_socket_directories=%[2]s -c hot_standby=off -c archive_mode=off -c fsync=off -c ssl=off -c max_connections=100"+
		" -c shared_preload_libraries=", s.port, s.dir)
}

// startRestored starts a server on a restored cluster and waits until it has replayed what was archived.
func startRestored(ctx context.Context, dir, data, bin string) (*drillServer, error) {
	version, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return nil, err
	}
	if bin == "" {
		bin = filepath.Join("/usr/lib/postgresql", strings.TrimSpace(string(version)), "bin")
	}
	s := &drillServer{dir: dir, data: data, bin: bin}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	for name, body := range map[string]string{
		"postgresql.conf": "", // Debian keeps it outside of the cluster
		"hba.conf":        "host all all 127.0.0.1/32 scram-sha-256\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			return nil, err
		}
	}
	if err := s.control(ctx, "start", "-w", "-t", "86400", "-l", filepath.Join(dir, "postgresql.log"), "-o", s.settings()); err != nil {
		// pg_ctl that was cut off leaves the server that it started.
		if _, there := os.Stat(filepath.Join(data, "postmaster.pid")); there == nil {
			err = errors.Join(err, s.stop(ctx))
		}
		return nil, err
	}
	if err := s.accepting(ctx); err != nil {
		return nil, errors.Join(err, s.stop(ctx))
	}
	return s, nil
}

// accepting waits until the server takes connections. pg_ctl is content when the cluster is consistent: the rest of what was archived may still
// be replayed then, and nobody is let in.
func (s *drillServer) accepting(ctx context.Context) error {
	for {
		ready := exec.CommandContext(ctx, filepath.Join(s.bin, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(s.port))
		err := ready.Run()
		if _, answered := errors.AsType[*exec.ExitError](err); !answered {
			return err // nil, or there is no such program
		}
		if err := s.control(ctx, "status"); err != nil { // it has stopped
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (s *drillServer) stop(ctx context.Context) error {
	return s.control(context.WithoutCancel(ctx), "stop", "-w", "-m", "immediate")
}

func (s *drillServer) control(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "pg_ctl"), append([]string{"-D", s.data}, args...)...)
	said, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "postgresql.log")) // if there is one, it says more
	return fmt.Errorf("pg_ctl %s: %w\n%s%s", args[0], err, said, log[max(0, len(log)-2000):])
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// restoredConfig is the configuration with the restored database, a bucket of its own at the store of backups, and a copy of the shelf: a drill
// changes nothing of the service.
func (s *drillServer) restoredConfig(cfg *configs.Config, bucket string) (*configs.Config, error) {
	c := *cfg
	for name, at := range map[string]*string{"app": &c.Database.AppFile, "sweep": &c.Database.SweepFile, "owner": &c.Database.OwnerFile} {
		dsn, err := configs.Secret("database."+name+"_url_file", *at)
		if err != nil {
			return nil, err
		}
		u, err := url.Parse(dsn)
		if err != nil {
			return nil, fmt.Errorf("database.%s_url_file holds no URL", name) // and it holds a password
		}
		u.Host, u.RawQuery = fmt.Sprintf("127.0.0.1:%d", s.port), "sslmode=disable"
		*at = filepath.Join(s.dir, name+"-url")
		if err := os.WriteFile(*at, []byte(u.String()), 0o600); err != nil {
			return nil, err
		}
	}
	c.Objects = cfg.Backup.Objects
	c.Objects.Bucket, c.Objects.CreateBucket = bucket, false
	c.Audit.CheckpointBucket = "" // a backup has those that lie in the bucket of the files
	var err error
	c.Keys.ShelfDir, err = s.shelfOf(cfg)
	c.Keys.ShelfCopies = nil
	return &c, err
}

// shelfOf copies the shelf; of several copies the first that can be read, since one may be away while everything goes on.
func (s *drillServer) shelfOf(cfg *configs.Config) (dir string, failed error) {
	for i, shelf := range app.ShelfDirs(cfg) {
		dir = filepath.Join(s.dir, fmt.Sprintf("shelf-%d", i))
		err := os.Mkdir(dir, 0o700)
		if err == nil {
			err = os.CopyFS(dir, os.DirFS(shelf))
		}
		if err == nil {
			return dir, nil
		}
		failed = errors.Join(failed, err)
	}
	return "", failed
}
