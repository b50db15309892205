package document

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/object/miniotest"
)

// shared is the MinIO server of all tests that do not stop it.
var shared *miniotest.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "onestop-document-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if shared, err = miniotest.Start(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer shared.Kill()
	return m.Run()
}

// bucket makes a bucket of its own for one test.
func bucket(t testing.TB) *object.Store {
	t.Helper()
	return shared.Store(t, bucketName())
}

func bucketName() string { return "t" + strings.ReplaceAll(models.NewID(), "-", "") }
