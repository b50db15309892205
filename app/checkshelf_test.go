package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestALostCopyOfTheShelfKeepsNobodyFromStarting: of several folders one may be lost; a folder that stands alone has to be there.
func TestALostCopyOfTheShelfKeepsNobodyFromStarting(t *testing.T) {
	master := filepath.Join(t.TempDir(), "master")
	if err := os.WriteFile(master, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	told := func(yaml string) bool {
		t.Helper()
		cfg, err := configured(t, "keys: {master_file: "+master+", shelf_dir: /no/such/folder"+yaml+"}\naudit: {checkpoint_dir: /no/such/folder}")
		if err != nil {
			t.Fatal(err)
		}
		text := Check(cfg).Error()
		if strings.Contains(text, "checkpoint_dir") {
			t.Errorf("a folder of checkpoints that is not mounted keeps the program from starting: %s", text)
		}
		return strings.Contains(text, "keys.shelf")
	}
	if !told("") || told(", shelf_copies: [/no/such/second, /no/such/third]") {
		t.Error("not as it should be")
	}
}
