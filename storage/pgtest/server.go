package pgtest

import (
	"errors"
	"os"
	"sync"
)

var (
	start    sync.Once
	superDSN string
	startErr error
)

// Server gives the superuser's connection URL of the test server: ONESTOP_TEST_DSN.
func Server() (string, error) {
	start.Do(func() {
		if superDSN = os.Getenv("ONESTOP_TEST_DSN"); superDSN == "" {
			startErr = errors.New("ONESTOP_TEST_DSN is not set")
		}
	})
	return superDSN, startErr
}
