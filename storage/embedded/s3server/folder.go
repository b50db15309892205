package s3server

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// folder keeps each object as one file, objects/<bucket>/<key>. So a key cannot be the beginning of another up to one
// of its slashes, as S3 would allow; no key of the program is.
type folder struct {
	root *os.Root // nothing outside it can be reached, whatever a key says
	lock *os.File
	mu   sync.Mutex // names: an object's folders must not go between their making and the object's coming
}

const (
	objects  = "objects"
	incoming = "incoming" // uploads under way
)

// openFolder makes the folder if it is missing, holds it until close, and clears what a killed server left unfinished.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{root: root}
	if f.lock, err = root.OpenFile("lock", os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, errors.Join(err, f.close())
	}
	// The lock ends with this program, however it ends.
	if err := syscall.Flock(int(f.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another server uses the files in %s: %w", dir, err), f.close())
	}
	if err := errors.Join(root.RemoveAll(incoming), root.MkdirAll(incoming, 0o700), root.MkdirAll(objects, 0o700)); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *folder) close() error {
	err := f.root.Close()
	if f.lock != nil {
		if closed := f.lock.Close(); !errors.Is(closed, os.ErrClosed) {
			err = errors.Join(err, closed)
		}
	}
	return err
}

// entry is what there is to know of an object.
type entry struct {
	key      string
	size     int64
	etag     string
	modified time.Time
}

// describe says what its file says of an object. The ETag is no digest: it is made of the instant and the size, so that no
// file has to be read for it.
func describe(key string, info fs.FileInfo) entry {
	return entry{key: key, size: info.Size(), modified: info.ModTime(), etag: fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size())}
}

// inside says whether a name leads to something below the folder in which it is looked up.
func inside(name string) bool { return fs.ValidPath(name) && name != "." }

// place is where an object lies below the root.
func place(bucket, key string) (string, error) {
	if !inside(bucket) || !inside(key) {
		return "", errInvalidName
	}
	return path.Join(objects, bucket, key), nil
}

func (f *folder) makeBucket(bucket string) error {
	if !inside(bucket) {
		return errInvalidName
	}
	return f.root.MkdirAll(path.Join(objects, bucket), 0o700)
}

func (f *folder) hasBucket(bucket string) error {
	if !inside(bucket) {
		return errInvalidName
	}
	if info, err := f.root.Stat(path.Join(objects, bucket)); err != nil || !info.IsDir() {
		return errNoSuchBucket
	}
	return nil
}

// put stores what body gives until its end. The object is there, whole, when put returns without an error, and not at
// all otherwise.
func (f *folder) put(bucket, key string, body io.Reader) (entry, error) {
	name, err := place(bucket, key)
	if err != nil {
		return entry{}, err
	}
	unfinished := path.Join(incoming, rand.Text())
	file, err := f.root.OpenFile(unfinished, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return entry{}, err
	}
	_, err = io.Copy(file, body)
	info, described := file.Stat()
	if err = errors.Join(err, described, file.Close()); err == nil {
		err = f.commit(unfinished, name)
	}
	if err != nil {
		return entry{}, errors.Join(err, f.root.Remove(unfinished))
	}
	return describe(key, info), nil
}

func (f *folder) commit(unfinished, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return err
	}
	return f.root.Rename(unfinished, name)
}

// open opens an object for reading; the caller closes it.
func (f *folder) open(bucket, key string) (*os.File, entry, error) {
	name, err := place(bucket, key)
	if err != nil {
		return nil, entry{}, err
	}
	file, err := f.root.Open(name)
	if missing(err) {
		return nil, entry{}, errNoSuchKey
	}
	if err != nil {
		return nil, entry{}, err
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = errNoSuchKey
	}
	if err != nil {
		return nil, entry{}, errors.Join(err, file.Close())
	}
	return file, describe(key, info), nil
}

// missing: a part of the way may be another object, or nothing.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// remove takes an object away, and the folders that held nothing else. It is no error if it is not there.
func (f *folder) remove(bucket, key string) error {
	name, err := place(bucket, key)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := f.root.Stat(name)
	if missing(err) || err == nil && info.IsDir() {
		return nil
	}
	if err = errors.Join(err, f.root.Remove(name)); err != nil {
		return err
	}
	for dir := path.Dir(name); path.Dir(dir) != objects; dir = path.Dir(dir) {
		if f.root.Remove(dir) != nil {
			break // it holds another object
		}
	}
	return nil
}

// list gives up to limit objects whose keys begin with prefix and sort after the key after, by the bytes of their keys,
// and whether there are more.
func (f *folder) list(bucket, prefix, after string, limit int) (page []entry, more bool, err error) {
	tree, err := fs.Sub(f.root.FS(), path.Join(objects, bucket))
	if err != nil {
		return nil, false, err
	}
	top := "."
	if end := strings.LastIndexByte(prefix, '/'); end > 0 && fs.ValidPath(prefix[:end]) {
		top = prefix[:end]
	}
	var keys []string
	err = fs.WalkDir(tree, top, func(key string, file fs.DirEntry, err error) error {
		switch {
		case missing(err):
			return nil // removed meanwhile
		case err == nil && !file.IsDir() && strings.HasPrefix(key, prefix) && key > after:
			keys = append(keys, key)
		}
		return err
	})
	if err != nil {
		return nil, false, err
	}
	slices.Sort(keys)
	for _, key := range keys {
		if len(page) == limit {
			return page, true, nil
		}
		if info, err := fs.Stat(tree, key); err == nil {
			page = append(page, describe(key, info))
		}
	}
	return page, false, nil
}
