package configs

import (
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// checker collects what is wrong.
type checker struct{ faults Faults }

func (c *checker) that(ok bool, key string, value any, why, example string) {
	if !ok {
		c.faults = append(c.faults, Fault{key, value, why, example})
	}
}

// Check says what of the configuration cannot work: every fault at once. It looks at files and asks nothing over the network. The program starts with
// the same list as `onestop config check` prints.
func (cfg *Config) Check() Faults {
	c := &checker{}
	for _, part := range []func(*checker){cfg.checkHTTP, cfg.checkLimits, cfg.checkStorage, cfg.checkKeys, cfg.checkPeriods, cfg.checkFiles,
		cfg.checkSignatures, cfg.checkOthers, cfg.checkWork, cfg.checkIdentity} {
		part(c)
	}
	return c.faults
}

func (cfg *Config) checkHTTP(c *checker) {
	c.address("http.addr", cfg.HTTP.Addr)
	u, err := url.Parse(cfg.HTTP.PublicURL)
	c.that(err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && u.Path == "" && u.RawQuery == "" && u.User == nil,
		"http.public_url", cfg.HTTP.PublicURL,
		"this is the address by which browsers reach the service: https, its host, and nothing behind it", "https://kosodate.example")
	for _, p := range cfg.HTTP.TrustedProxies {
		_, one := netip.ParseAddr(p)
		_, many := netip.ParsePrefix(p)
		c.that(one == nil || many == nil, "http.trusted_proxies", p, "this is neither an address nor a network", "[10.0.0.0/8, 192.0.2.7]")
	}
	var level slog.Level
	c.that(level.UnmarshalText([]byte(cfg.Log.Level)) == nil, "log.level", cfg.Log.Level, "this is debug, info, warn or error", "info")
}

func (cfg *Config) checkLimits(c *checker) {
	c.above("limits.json_bytes", cfg.Limits.JSONBytes, 1, "262144")
	c.lasts("limits.request_time", cfg.Limits.RequestTime, "30s")
	c.lasts("limits.stop_time", cfg.Limits.StopTime, "30s")
	c.that(cfg.Limits.DrainTime >= 0, "limits.drain_time", cfg.Limits.DrainTime, "this is not negative; 0 stops at once", "5s")
	for key, r := range map[string]Rate{"address": cfg.Limits.Address, "account": cfg.Limits.Account, "login": cfg.Limits.Login, "uploads": cfg.Limits.Uploads} {
		c.that(r.PerSecond != 0, "limits."+key+".per_second", r.PerSecond, "with 0 nobody would get in again; a negative rate is no limit", "20")
		c.that(r.PerSecond < 0 || r.Burst > 0, "limits."+key+".burst", r.Burst, "with less than 1 nobody would get in", "100")
	}
	s := cfg.Session
	c.lasts("session.staff_idle", s.StaffIdle, "15m")
	c.lasts("session.parent_idle", s.ParentIdle, "60m")
	c.that(s.Lifetime >= max(s.StaffIdle, s.ParentIdle), "session.lifetime", s.Lifetime, "the longest session is no shorter than an idle one", "12h")
	c.that(s.Recheck == 0 || s.Recheck >= time.Second, "session.recheck", s.Recheck, "more than once a second is too much for a provider; 0 is never", "5m")
}

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

func (cfg *Config) checkStorage(c *checker) {
	d := cfg.Database
	c.connection("database.app_url_file", d.AppFile)
	c.connection("database.sweep_url_file", d.SweepFile)
	c.that(d.MaxConns > 0, "database.max_conns", d.MaxConns, "the program needs a connection at least", "24")
	c.lasts("database.statement_timeout", d.StatementTimeout, "20s")
	c.lasts("database.lock_timeout", d.LockTimeout, "10s")
	o := cfg.Objects
	c.address("objects.endpoint", o.Endpoint)
	c.that(bucketName.MatchString(o.Bucket), "objects.bucket", o.Bucket, "a bucket's name has 3 to 63 small letters, digits, points and hyphens", "onestop")
	c.secret("objects.access_key_file", o.AccessKeyFile)
	c.secret("objects.secret_key_file", o.SecretKeyFile)
	c.file("objects.ca_file", o.CAFile)
	u, err := url.Parse(cfg.Scanner.Address)
	c.that(err == nil && ((u.Scheme == "tcp" && u.Port() != "") || (u.Scheme == "unix" && u.Path != "")), "scanner.address", cfg.Scanner.Address,
		"this is where clamd listens", "tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl")
	c.lasts("scanner.scan_timeout", cfg.Scanner.ScanTimeout, "2m")
	c.lasts("scanner.patience", cfg.Scanner.Patience, "15m")
}

func (cfg *Config) checkKeys(c *checker) {
	k := cfg.Keys
	c.secret("keys.master_file", k.MasterFile)
	if len(k.ShelfCopies) == 0 { // of several folders one may be lost, and the program starts all the same
		c.folder("keys.shelf_dir", k.ShelfDir)
	}
	c.file("audit.signing_key_file", cfg.Audit.SigningKeyFile)
	c.lasts("audit.seal_interval", cfg.Audit.SealInterval, "1m")
	c.that(cfg.Audit.CheckpointBucket == "" || bucketName.MatchString(cfg.Audit.CheckpointBucket), "audit.checkpoint_bucket", cfg.Audit.CheckpointBucket,
		"a bucket's name has 3 to 63 small letters, digits, points and hyphens", "onestop-audit")
	c.file("receipts.signing_key_file", cfg.Receipts.SigningKeyFile)
}

func (cfg *Config) checkPeriods(c *checker) {
	d := cfg.Draft
	c.lasts("draft.lifetime", d.Lifetime, "2160h")
	c.lasts("draft.follow_up", d.FollowUp, "720h")
	c.that(d.FollowUpLimit >= d.FollowUp, "draft.follow_up_limit", d.FollowUpLimit,
		"the latest due day does not come before the usual one (draft.follow_up)", "2160h")
	r := cfg.Readiness
	c.above("readiness.cases", int64(r.Cases), 1, "50")
	c.that(r.Agreement >= 0 && r.Agreement <= 1, "readiness.agreement", r.Agreement, "this is a part of all, from 0 to 1", "0.98")
	c.above("readiness.open", int64(r.Open), 0, "0")
	c.above("review.discrepancy_days", int64(cfg.Review.DiscrepancyDays), 0, "30")
	c.above("review.step_days", int64(cfg.Review.StepDays), 0, "5")
	c.above("review.undo_seconds", int64(cfg.Review.UndoSeconds), 0, "8")
}

func (cfg *Config) checkFiles(c *checker) {
	f := cfg.Files
	c.above("files.max_size", f.MaxSize, 1, "20971520")
	c.above("files.max_count", int64(f.MaxCount), 1, "20")
	c.lasts("files.upload_time", f.UploadTime, "10m")
	c.lasts("files.upload_grace", f.UploadGrace, "5m")
	c.above("files.part_size", int64(f.PartSize), 1, "4194304")
	c.above("files.max_uploads", int64(f.MaxUploads), 1, "5")
	c.lasts("files.resume_time", f.ResumeTime, "24h")
	v := cfg.View
	c.that(v.Time > 0 && v.Time <= 2*time.Minute, "view.time", v.Time, "this is longer than nothing and at most 2m", "1m")
	c.above("view.memory", v.Memory, 1, "1073741824")
	c.above("view.pages", int64(v.Pages), 1, "50")
}

func (cfg *Config) checkSignatures(c *checker) {
	s := cfg.Signatures
	c.file("signatures.authorities_file", s.AuthoritiesFile)
	c.lasts("signatures.timeout", s.Timeout, "10s")
	c.lasts("signatures.answer_age", s.AnswerAge, "24h")
	c.above("signatures.rsa_bits", int64(s.RSABits), 2048, "2048")
	c.among("signatures.digests", s.Digests, "sha256", "sha384", "sha512")
	c.among("signatures.curves", s.Curves, "P-256", "P-384", "P-521")
	t := cfg.Timestamps
	if t.URL != "" {
		u, err := url.Parse(t.URL)
		c.that(err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http"), "timestamps.url", t.URL, "this is the authority's address",
			"https://tsa.example/rfc3161")
		c.that(t.AuthoritiesFile != "", "timestamps.authorities_file", t.AuthoritiesFile, "without an authority that is trusted no time stamp would count",
			"/etc/onestop/tsa.pem")
		c.that(s.AuthoritiesFile != "", "timestamps.url", t.URL, "there is nothing to stamp: signatures.authorities_file is empty, so that nothing is signed", "")
	}
	c.file("timestamps.authorities_file", t.AuthoritiesFile)
	c.lasts("timestamps.timeout", t.Timeout, "10s")
	c.that(t.Timeout <= 30*time.Second, "timestamps.timeout", t.Timeout, "a job has a minute for all it does", "10s")
	c.lasts("timestamps.clock", t.Clock, "5m")
	c.file("portal.postal_codes_file", cfg.Portal.PostalCodes)
	if dir := cfg.Intake.SendersDir; dir != "" {
		c.folder("intake.senders_dir", dir)
	}
	u, err := url.Parse(cfg.Portal.Signer)
	c.that(err == nil && (cfg.Portal.Signer == "" || (u.Host != "" && strings.HasPrefix(u.Scheme, "http"))), "portal.signer", cfg.Portal.Signer,
		"this is the address of a program on the person's own device, or empty", "http://127.0.0.1:24080")
}

func (cfg *Config) checkOthers(c *checker) {
	m := cfg.Mail
	if m.Server != "" {
		c.address("mail.server", m.Server)
		_, err := mail.ParseAddress(m.From)
		c.that(err == nil, "mail.from", m.From, "this is the sender's address", "子育てワンストップサービス <no-reply@example.jp>")
		c.that(m.User == "" || m.TLS != "none", "mail.tls", m.TLS, "a password goes over TLS alone", "starttls")
		if m.User != "" {
			c.secret("mail.password_file", m.PasswordFile)
		}
	}
	c.among("mail.tls", []string{m.TLS}, "starttls", "tls", "none")
	c.that(m.Timeout > 0 && m.Timeout <= 25*time.Second, "mail.timeout", m.Timeout, "this is longer than nothing and at most 25s", "20s")
	c.file("mail.ca_file", m.CAFile)
	for key, r := range map[string]Remote{"network": cfg.Network.Remote, "directory": cfg.Directory} {
		c.lasts(key+".timeout", r.Timeout, "10s")
		if r.URL == "" {
			continue
		}
		u, err := url.Parse(r.URL)
		c.that(err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil, key+".url", r.URL, "this is an https address", "https://nws.example")
		c.secret(key+".ca_file", r.CAFile)
		c.secret(key+".cert_file", r.CertFile)
		c.secret(key+".key_file", r.KeyFile)
	}
	n := cfg.Network
	for key, d := range map[string]time.Duration{"give_up_after": n.GiveUpAfter, "retry": n.Retry, "by_hand": n.ByHand, "own_time": n.OwnTime,
		"break_for": n.BreakFor} {
		c.lasts("network."+key, d, "10s")
	}
	c.that(n.RetryMost >= n.Retry, "network.retry_most", n.RetryMost, "the longest wait is no shorter than the first (network.retry)", "10m")
	c.above("network.break_after", int64(n.BreakAfter), 1, "5")
}

func (cfg *Config) checkWork(c *checker) {
	w := cfg.Worker
	if w.Addr != "" {
		c.address("worker.addr", w.Addr)
	}
	c.above("worker.jobs", int64(w.Jobs), 1, "16")
	c.above("worker.inquiries", int64(w.Inquiries), 1, "32")
	c.above("worker.mails", int64(w.Mails), 1, "4")
	c.lasts("worker.sweep_interval", w.SweepInterval, "1m")
}

func (c *checker) above(key string, value, least int64, example string) {
	c.that(value >= least, key, value, fmt.Sprintf("this is %d at least", least), example)
}

// lasts asks for a time that is long enough to be one: a number without a unit is read as billionths of a second.
func (c *checker) lasts(key string, d time.Duration, example string) {
	why := "this is longer than nothing"
	if d > 0 && d < time.Millisecond {
		why = "this is next to nothing: a duration has a unit"
	}
	c.that(d >= time.Millisecond, key, d, why, example)
}

func (c *checker) address(key, value string) {
	_, port, err := net.SplitHostPort(value)
	n, bad := strconv.Atoi(port)
	c.that(err == nil && bad == nil && n >= 0 && n < 65536, key, value, "this is an address and a port", "127.0.0.1:8080")
}

func (c *checker) among(key string, values []string, known ...string) {
	c.that(len(values) > 0, key, nil, "one has to be named", known[0])
	for _, v := range values {
		c.that(slices.Contains(known, v), key, v, "this is one of "+strings.Join(known, ", "), known[0])
	}
}

// secret asks for a file that has something in it.
func (c *checker) secret(key, path string) {
	if path == "" {
		name := strings.NewReplacer(".", "-", "_", "-").Replace(strings.TrimSuffix(key, "_file"))
		c.that(false, key, path, "this is needed: the path of a file", "/etc/onestop/"+name)
		return
	}
	c.file(key, path)
}

// file asks for a file that can be read, if one is named.
func (c *checker) file(key, path string) {
	if path == "" {
		return
	}
	raw, err := os.ReadFile(path)
	switch {
	case os.IsNotExist(err):
		c.that(false, key, path, "there is no such file", "")
	case err != nil:
		c.that(false, key, path, "the file cannot be read by this user", "")
	default:
		c.that(strings.TrimSpace(string(raw)) != "", key, path, "the file is empty", "")
	}
}

func (c *checker) folder(key, path string) {
	if path == "" {
		return
	}
	info, err := os.Stat(path)
	c.that(err == nil && info.IsDir(), key, path, "there is no such folder; it is never made by itself, so that a mount that is missing is noticed", "")
}

// connection asks for a file with a connection URL, which is never shown.
func (c *checker) connection(key, path string) {
	before := len(c.faults)
	if c.secret(key, path); len(c.faults) > before {
		return
	}
	raw, err := Secret(key, path)
	u, bad := url.Parse(strings.TrimSpace(raw))
	c.that(err == nil && bad == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") && u.Host+u.Query().Get("host") != "", key, path,
		"what is in the file is no connection URL", "postgres://onestop_app:PASSWORD@db.example:5432/onestop?sslmode=verify-full")
}
