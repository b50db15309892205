package configs

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"
	yamlv3 "go.yaml.in/yaml/v3"
)

//go:embed default.yaml
var defaults []byte

// EnvPrefix begins the environment's variables: ONESTOP_HTTP__ADDR is http.addr.
const EnvPrefix = "ONESTOP_"

// Load reads the defaults, then the file at path (none if it is empty), then the environment. Its error is Faults: what is misspelt or of the wrong
// type. Whether the values make sense is for Check, since a command may need a few of them alone.
func Load(path string) (*Config, error) {
	c, faults := Read(path)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// Read is Load that goes on: what is wrong is replaced by its default, so that all faults can be told at once.
func Read(path string) (*Config, Faults) {
	r := reader{k: koanf.New("."), base: koanf.New(".")}
	for _, k := range []*koanf.Koanf{r.k, r.base} {
		if err := k.Load(rawbytes.Provider(defaults), yaml.Parser()); err != nil {
			return &Config{}, Faults{{Key: "default.yaml", Why: err.Error()}}
		}
	}
	r.file(path)
	r.environment()
	r.unknown()
	r.providers()
	return r.decode(), r.faults
}

type reader struct {
	k, base *koanf.Koanf // what was set; the defaults
	faults  Faults
}

func (r *reader) fault(key string, value any, why, example string) {
	r.faults = append(r.faults, Fault{key, value, why, example})
}

func (r *reader) file(path string) {
	if path == "" {
		return
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		r.fault(path, nil, "the file cannot be read: "+errors.Unwrap(err).Error(), "")
		return
	}
	if err := r.k.Load(rawbytes.Provider(raw), yaml.Parser()); err != nil {
		r.fault(path, nil, "this is not YAML: "+strings.Join(strings.Fields(err.Error()), " "), "http: {addr: 127.0.0.1:8080}")
	}
}

// environment reads the variables. A list is written as YAML writes it, in brackets.
func (r *reader) environment() {
	read := func(name, value string) (string, any) {
		key := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, EnvPrefix)), "__", ".")
		if !strings.Contains(key, ".") {
			r.lookalike(name)
			return "", nil // ONESTOP_TEST_DSN and the like are not the program's
		}
		var list []any
		if strings.HasPrefix(value, "[") && yamlv3.Unmarshal([]byte(value), &list) == nil {
			return key, list
		}
		return key, value
	}
	if err := r.k.Load(env.Provider(".", env.Opt{Prefix: EnvPrefix, TransformFunc: read}), nil); err != nil {
		r.fault("environment", nil, err.Error(), "")
	}
}

// variable is the name of a key in the environment.
func variable(key string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "__"))
}

// lookalike names a variable that would be a key if it had two underscores: it would silently do nothing.
func (r *reader) lookalike(name string) {
	for _, key := range r.base.Keys() {
		if name == EnvPrefix+strings.ToUpper(strings.ReplaceAll(key, ".", "_")) {
			r.fault(name, nil, "this is not read: two underscores stand for the point in "+key, variable(key))
		}
	}
}

// unknown refuses keys that there are not, so that a misspelt one is not silently its default.
func (r *reader) unknown() {
	known := r.base.Keys()
	for _, key := range r.k.Keys() {
		standing := key
		if rest, ok := strings.CutPrefix(key, "providers."); ok {
			_, member, _ := strings.Cut(rest, ".")
			standing = "oidc." + member
		}
		if slices.Contains(known, standing) {
			continue
		}
		r.k.Delete(key)
		below := slices.IndexFunc(known, func(k string) bool { return strings.HasPrefix(k, standing+".") })
		if below >= 0 {
			r.fault(key, nil, "this is a group of keys and has no value itself", known[below])
			r.restore(key)
			continue
		}
		r.fault(key, nil, "there is no such key", nearest(standing, known))
	}
}

// restore takes the defaults of a key, or of a group of keys.
func (r *reader) restore(key string) {
	if rest, ok := strings.CutPrefix(key, "providers."); ok {
		_, member, _ := strings.Cut(rest, ".")
		_ = r.k.Set(key, r.base.Get("oidc."+member)) // into memory
		return
	}
	for _, k := range r.base.Keys() {
		if k == key || strings.HasPrefix(k, key+".") {
			_ = r.k.Set(k, r.base.Get(k)) // into memory
		}
	}
}

// providers gives each further provider the defaults of oidc for what it does not say, but not for whom it is.
func (r *reader) providers() {
	for _, name := range r.k.MapKeys("providers") {
		at := "providers." + name + "."
		for _, key := range r.base.Keys() {
			member, ok := strings.CutPrefix(key, "oidc.")
			if !ok || r.k.Exists(at+member) {
				continue
			}
			value := r.base.Get(key)
			switch member {
			case "name":
				value = name
			case "for":
				value = []any{}
			}
			_ = r.k.Set(at+member, value) // into memory
		}
	}
}

// decode makes the configuration; what does not fit is its default.
func (r *reader) decode() *Config {
	var c Config
	meta, err := r.into(&c)
	for _, key := range meta.Unused {
		if strings.Contains(key, "[") { // in a list, where koanf sees no keys
			r.fault(key, nil, "there is no such key", "oidc.groups: [{group: staff, roles: [reviewer@998010]}]")
		}
	}
	if err == nil {
		return &c
	}
	for _, key := range badKeys(err) {
		why, example := expected(key)
		r.fault(key, r.k.Get(key), why, example)
		r.restore(key)
	}
	var mended Config
	if _, err := r.into(&mended); err != nil && len(r.faults) == 0 {
		r.fault("configuration", nil, err.Error(), "")
	}
	return &mended
}

func (r *reader) into(c *Config) (meta mapstructure.Metadata, err error) {
	d, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: c, TagName: "koanf", WeaklyTypedInput: true, DecodeHook: mapstructure.StringToTimeDurationHookFunc(), Metadata: &meta,
	})
	if err == nil {
		err = d.Decode(r.k.Raw())
	}
	return meta, err
}

// badKeys are the keys of values that could not be read.
func badKeys(err error) []string {
	var out []string
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			out = append(out, badKeys(one)...)
		}
		return out
	}
	var bad *mapstructure.DecodeError
	if errors.As(err, &bad) {
		var inner interface{ Unwrap() []error }
		if errors.As(bad.Unwrap(), &inner) {
			if below := badKeys(bad.Unwrap()); len(below) > 0 {
				return below
			}
		}
		key, _, _ := strings.Cut(bad.Name(), "[")
		return []string{key}
	}
	return nil
}

// expected says of what type a key is, by the type of its field.
func expected(key string) (why, example string) {
	t := reflect.TypeFor[Config]()
	for part := range strings.SplitSeq(key, ".") {
		if t.Kind() == reflect.Map {
			t = t.Elem()
			continue
		}
		if t.Kind() != reflect.Struct {
			break
		}
		for i := range t.NumField() {
			if f := t.Field(i); f.Tag.Get("koanf") == part {
				t = f.Type
				break
			}
		}
	}
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "this is a duration: a number and its unit", "90s, 15m or 24h"
	case t.Kind() == reflect.Slice:
		return "this is a list", key + ": [one, two]"
	case t.Kind() == reflect.Bool:
		return "this is true or false", "true"
	case t.Kind() == reflect.Float64:
		return "this is a number", "0.5"
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int32, t.Kind() == reflect.Int64:
		return "this is a whole number", "10"
	}
	return fmt.Sprintf("this is a %s", t.Kind()), ""
}
