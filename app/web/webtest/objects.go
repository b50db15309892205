package webtest

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/app/gateway/render/rendertest"
	"kosodate.example/onestop/storage/object"
)

// memory is an object store that is gone with the test.
type memory struct {
	mu      sync.Mutex
	objects map[string][]byte
}

func newMemory() *memory { return &memory{objects: map[string][]byte{}} }

// Put stores an object.
func (m *memory) Put(_ context.Context, key string, r io.Reader, _ int64, _ string) (string, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.objects[key] = body
	return key, nil
}

// Get opens one.
func (m *memory) Get(_ context.Context, key string) (io.ReadCloser, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	body, there := m.objects[key]
	if !there {
		return nil, 0, fault.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
}

// Stat says how large one is.
func (m *memory) Stat(ctx context.Context, key string) (object.Info, error) {
	_, size, err := m.Get(ctx, key)
	return object.Info{Key: key, Size: size}, err
}

// Remove takes one away.
func (m *memory) Remove(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, key)
	return nil
}

// List calls fn for each after a key.
func (m *memory) List(_ context.Context, prefix, after string, fn func(object.Info) error) error {
	m.mu.Lock()
	keys := slices.Sorted(maps.Keys(m.objects))
	m.mu.Unlock()
	for _, key := range keys {
		if strings.HasPrefix(key, prefix) && key > after {
			if err := fn(object.Info{Key: key}); err != nil {
				return err
			}
		}
	}
	return nil
}

// clean is a scanner that finds nothing.
type clean struct{}

// Scan reads and finds nothing.
func (clean) Scan(_ context.Context, r io.Reader) (clamav.Verdict, error) {
	_, err := io.Copy(io.Discard, r)
	return clamav.Verdict{Result: clamav.Clean}, err
}

// renderer is the real one, made when the first file is rendered.
type renderer struct{}

// Render renders.
func (renderer) Render(ctx context.Context, mediaType string, file io.Reader, patience int, each func(render.Page) error) (render.Copy, error) {
	r, err := rendertest.Renderer()
	if err != nil {
		return render.Copy{}, err
	}
	return r.Render(ctx, mediaType, file, patience, each)
}
