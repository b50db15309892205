package operate_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain takes fewer histories than usual: each is some thirty transactions on a real server. The command line may ask
// for more (-rapid.checks=1000).
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "30"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
