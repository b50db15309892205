package clamdtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// signature finds the beginning of the EICAR test string at any place of a file of any type. At any place, because only
// documents are let in: a test file is a PDF with the string inside.
const signature = "Eicar-Test:0:*:58354f2150254041505b345c505a58353428505e2937434329\n"

const defaultLimit = 100 << 20

func socket(dir string) string { return filepath.Join(dir, "clamd.ctl") }

// writeConfig writes what clamd needs into dir and gives the path of its configuration.
func writeConfig(dir string, port int, opts Options) (string, error) {
	for _, limit := range []*int64{&opts.MaxStream, &opts.MaxFile} {
		if *limit == 0 {
			*limit = defaultLimit
		}
	}
	signatures, scratch := filepath.Join(dir, "signatures"), filepath.Join(dir, "scratch")
	for _, folder := range []string{signatures, scratch} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", err
		}
	}
	if err := os.WriteFile(filepath.Join(signatures, "test.ndb"), []byte(signature), 0o600); err != nil {
		return "", err
	}
	// clamd refuses to start on a socket that a killed one left behind.
	if err := os.Remove(socket(dir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	config := filepath.Join(dir, "clamd.conf")
	body := fmt.Sprintf(`Foreground yes
TCPSocket %d
TCPAddr 127.0.0.1
LocalSocket %s
LocalSocketMode 600
DatabaseDirectory %s
TemporaryDirectory %s
StreamMaxLength %d
MaxFileSize %d
MaxScanSize %d
AlertExceedsMax yes
MaxThreads 8
SelfCheck 0
`, port, socket(dir), signatures, scratch, opts.MaxStream, opts.MaxFile, 4*opts.MaxFile)
	return config, os.WriteFile(config, []byte(body), 0o600)
}
