// Package rendertest makes small files of every kind that people attach, readable and not, and a renderer for tests. The two HEIC
// pictures were made by libheif's heif-enc, since Go has no encoder: the same picture, grey, and with ten bits a colour.
package rendertest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"kosodate.example/onestop/app/gateway/render"
)

// Renderer is made once a test program: a program that renders, built without the race detector, whose own memory would not fit
// into the limits, and the folder of its compiled PDF renderer, which the operating system clears.
var Renderer = sync.OnceValues(func() (*render.Renderer, error) {
	program, cache, err := Program()
	if err != nil {
		return nil, err
	}
	return render.New(program, render.Limits{Cache: cache})
})

// Program is what Renderer is made of.
func Program() (program, cache string, err error) {
	made, err := build()
	return made.program, made.cache, err
}

type built struct{ program, cache string }

var build = sync.OnceValues(func() (built, error) {
	dir, err := os.MkdirTemp("", "onestop-render-test-")
	if err != nil {
		return built{}, err
	}
	made := built{filepath.Join(dir, "program"), filepath.Join(dir, "cache")}
	cmd := exec.Command("go", "build", "-o", made.program, "kosodate.example/onestop/app/gateway/render/rendertest/testdata/program")
	if out, err := cmd.CombinedOutput(); err != nil {
		return built{}, fmt.Errorf("%w on %s\n%s", err, runtime.GOOS, out)
	}
	return made, nil
})

// Reasons are the codes of all reasons why a file cannot be seen.
func Reasons() []string { return slices.Clone(render.Reasons) }
