package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"

	"kosodate.example/onestop/storage/embedded/child"
)

const (
	fetchedVersion = embeddedpostgres.V16
	fetchedMajor   = 16
	fetchTimeout   = 5 * time.Minute
)

// fetchBinaries downloads a server once (about 30 MB, checked against the digest beside it) and keeps it in the user's
// cache, or below /var/tmp for root, whose cache the server's user cannot reach.
func fetchBinaries(ctx context.Context, who *account, log io.Writer) (binaries, error) {
	cache, err := fetchFolder(who)
	if err != nil {
		return binaries{}, err
	}
	dir := filepath.Join(cache, "server")
	if b, err := probe(ctx, filepath.Join(dir, "bin"), who); err == nil {
		return b, nil
	}
	_, _ = fmt.Fprintf(log, "No PostgreSQL server on this machine: fetching version %s once, to %s.\n", fetchedVersion, dir)
	done := make(chan error, 1)
	go func() { done <- fetch(cache, dir) }()
	// The library takes no context; a download that is given up ends with the program.
	late := time.NewTimer(fetchTimeout)
	defer late.Stop()
	select {
	case err = <-done:
	case <-late.C:
		err = errors.New("the download took too long")
	case <-ctx.Done():
		err = ctx.Err()
	}
	b, probeErr := probe(ctx, filepath.Join(dir, "bin"), who)
	if probeErr == nil {
		return b, nil
	}
	return binaries{}, errors.Join(err, probeErr)
}

// fetch lets the library download and unpack. It can do so only by starting a server, which is stopped at once; as
// root that start fails after the unpacking, which is all that is wanted: the caller looks whether the binaries came.
func fetch(cache, dir string) error {
	port, err := child.FreePort()
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(cache, "unpack-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()                                                                        // left-overs in a cache do no harm
	server := embeddedpostgres.NewDatabase(embeddedpostgres.DefaultConfig().Version(fetchedVersion).Port(uint32(port)). //nolint:gosec // a port
																CachePath(cache).BinariesPath(dir).RuntimePath(filepath.Join(scratch, "run")).DataPath(filepath.Join(scratch, "data")).
																Logger(io.Discard))
	if err := server.Start(); err != nil {
		return err
	}
	return server.Stop()
}

func fetchFolder(who *account) (string, error) {
	if who != nil {
		dir := filepath.Join(fallbackParent, fmt.Sprintf("onestop-postgresql-%d", fetchedMajor))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		if !ownedByRoot(dir) {
			return "", fmt.Errorf("%s was made by somebody else", dir)
		}
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, fmt.Sprintf("onestop-postgresql-%d", fetchedMajor))
	return dir, os.MkdirAll(dir, 0o755)
}
