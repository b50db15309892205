package faulttest

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/storage/seal"
)

// TestANodeWithoutItsShelfAcceptsNothing: the folder of erasable keys goes away from one of two servers, as a mount does. What that server
// would take nobody else could read, so it takes nothing and says so; what was acknowledged before is read on the other; and with the
// folder back the same requests are filed, once.
func TestANodeWithoutItsShelfAcceptsNothing(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	mount := filepath.Join(t.TempDir(), "shelf")
	if err := os.Symlink(shared.masters+seal.ShelfSuffix, mount); err != nil {
		t.Fatal(err)
	}
	whole, server := w.serve(t, ""), w.serve(t, "", "ONESTOP_KEYS__SHELF_DIR="+mount)
	c := exampleClaim(t, server.base, minato)
	c.Declarations = willFollow(record, statement)
	before := parent(t)
	var f filed
	before.post(server.base, "/api/v1/filings", newKey(), c).want(t, http.StatusCreated, &f)
	until(t, 10*time.Second, "/readyz is ok", func() bool { return ready(t, server).Checks["key-shelf"] == "ok" })

	if err := errors.Join(os.Remove(mount), os.Mkdir(mount, 0o700)); err != nil {
		t.Fatal(err)
	}
	later := parent(t)
	keys := make([]string, 70) // more than the keys that a node has at hand
	for i := range keys {
		keys[i] = newKey()
		problem := later.post(server.base, "/api/v1/filings", keys[i], c).problem(t, http.StatusServiceUnavailable, "unavailable")
		if problem["component"] != "key-shelf" {
			t.Fatalf("the problem does not say what is away: %v", problem)
		}
	}
	before.get(server.base, "/api/v1/applications/"+f.ID).problem(t, http.StatusServiceUnavailable, "unavailable")
	until(t, 10*time.Second, "/readyz says what is away", func() bool {
		r := ready(t, server)
		return r.status == http.StatusServiceUnavailable && r.Checks["key-shelf"] == "down"
	})
	if inside, err := os.ReadDir(mount); err != nil || len(inside) > 0 {
		t.Errorf("something was written where the folder was: %v, %v", inside, err)
	}
	before.wantOneFiled(whole.base, f)
	if all := later.all(whole.base); len(all) != 0 {
		t.Errorf("%d applications are left of what was refused", len(all))
	}
	third, err := w.command([]string{"ONESTOP_KEYS__SHELF_DIR=" + mount, "ONESTOP_HTTP__ADDR=127.0.0.1:0"}, "serve")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(third.Kill)
	if <-third.Done(); third.Err() == nil || !strings.Contains(third.said.String(), "keys.shelf_dir") {
		t.Errorf("a server started in an empty folder: %v\n%s", third.Err(), third.said)
	}

	if err := errors.Join(os.Remove(mount), os.Symlink(shared.masters+seal.ShelfSuffix, mount)); err != nil {
		t.Fatal(err)
	}
	until(t, 10*time.Second, "/readyz is ok again", func() bool { return ready(t, server).status == http.StatusOK })
	later.post(server.base, "/api/v1/filings", keys[0], c).want(t, http.StatusCreated, &f)
	later.wantOneFiled(whole.base, f)
}
