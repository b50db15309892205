// Package configs reads the configuration: default.yaml, which explains every key, then a file, then the environment.
//
// Unknown keys are refused, so that a misspelt one is not silently its default. Secrets are never values: a key that
// ends in _file is the path of a file that holds one.
package configs

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// Config is the whole configuration; default.yaml says what each key means.
type Config struct {
	HTTP struct {
		Addr           string   `koanf:"addr"`
		PublicURL      string   `koanf:"public_url"`
		TrustedProxies []string `koanf:"trusted_proxies"`
	} `koanf:"http"`
	Limits   Limits   `koanf:"limits"`
	Session  Session  `koanf:"session"`
	Database Database `koanf:"database"`
	Objects  Objects  `koanf:"objects"`
	Scanner  struct {
		Address     string        `koanf:"address"`
		ScanTimeout time.Duration `koanf:"scan_timeout"`
		Patience    time.Duration `koanf:"patience"`
	} `koanf:"scanner"`
	OIDC      OIDC            `koanf:"oidc"`
	Providers map[string]OIDC `koanf:"providers"`
	Keys      struct {
		MasterFile  string   `koanf:"master_file"`
		ShelfDir    string   `koanf:"shelf_dir"`
		ShelfCopies []string `koanf:"shelf_copies"`
	} `koanf:"keys"`
	Audit struct {
		SigningKeyFile   string        `koanf:"signing_key_file"`
		SealInterval     time.Duration `koanf:"seal_interval"`
		Origins          []string      `koanf:"origins"`
		CheckpointDir    string        `koanf:"checkpoint_dir"`
		CheckpointBucket string        `koanf:"checkpoint_bucket"`
	} `koanf:"audit"`
	Backup   Backup `koanf:"backup"`
	Receipts struct {
		SigningKeyFile string `koanf:"signing_key_file"`
	} `koanf:"receipts"`
	Draft struct {
		Lifetime      time.Duration `koanf:"lifetime"`
		FollowUp      time.Duration `koanf:"follow_up"`
		FollowUpLimit time.Duration `koanf:"follow_up_limit"`
		Warnings      []int         `koanf:"warnings"`
	} `koanf:"draft"`
	Retention Retention `koanf:"retention"`
	Files     struct {
		MaxSize     int64         `koanf:"max_size"`
		MaxCount    int           `koanf:"max_count"`
		UploadTime  time.Duration `koanf:"upload_time"`
		UploadGrace time.Duration `koanf:"upload_grace"`
		PartSize    int           `koanf:"part_size"`
		MaxUploads  int           `koanf:"max_uploads"`
		ResumeTime  time.Duration `koanf:"resume_time"`
	} `koanf:"files"`
	Signatures struct {
		AuthoritiesFile string        `koanf:"authorities_file"`
		Timeout         time.Duration `koanf:"timeout"`
		Digests         []string      `koanf:"digests"`
		RSABits         int           `koanf:"rsa_bits"`
		Curves          []string      `koanf:"curves"`
		AnswerAge       time.Duration `koanf:"answer_age"`
	} `koanf:"signatures"`
	Timestamps struct {
		URL             string        `koanf:"url"`
		AuthoritiesFile string        `koanf:"authorities_file"`
		Timeout         time.Duration `koanf:"timeout"`
		Clock           time.Duration `koanf:"clock"`
	} `koanf:"timestamps"`
	Portal struct {
		Signer      string                     `koanf:"signer"`
		Devices     map[string]map[string]bool `koanf:"devices"`
		PostalCodes string                     `koanf:"postal_codes_file"`
	} `koanf:"portal"`
	Intake struct {
		SendersDir string `koanf:"senders_dir"`
	} `koanf:"intake"`
	Mail      Mail    `koanf:"mail"`
	Network   Network `koanf:"network"`
	Directory Remote  `koanf:"directory"`
	Review    struct {
		DiscrepancyDays int `koanf:"discrepancy_days"`
		StepDays        int `koanf:"step_days"`
		UndoSeconds     int `koanf:"undo_seconds"`
	} `koanf:"review"`
	Readiness struct {
		Cases     int     `koanf:"cases"`
		Agreement float64 `koanf:"agreement"`
		Open      int     `koanf:"open"`
	} `koanf:"readiness"`
	View struct {
		Time     time.Duration `koanf:"time"`
		Memory   int64         `koanf:"memory"`
		Pages    int           `koanf:"pages"`
		CacheDir string        `koanf:"cache_dir"`
	} `koanf:"view"`
	Worker struct {
		Addr          string        `koanf:"addr"`
		Jobs          int           `koanf:"jobs"`
		Inquiries     int           `koanf:"inquiries"`
		Mails         int           `koanf:"mails"`
		SweepInterval time.Duration `koanf:"sweep_interval"`
	} `koanf:"worker"`
	Log struct {
		Level string `koanf:"level"`
	} `koanf:"log"`
}

// Limits bound what one client may ask for.
type Limits struct {
	JSONBytes   int64         `koanf:"json_bytes"`
	RequestTime time.Duration `koanf:"request_time"`
	DrainTime   time.Duration `koanf:"drain_time"`
	StopTime    time.Duration `koanf:"stop_time"`
	Address     Rate          `koanf:"address"`
	Account     Rate          `koanf:"account"`
	Login       Rate          `koanf:"login"`
	Uploads     Rate          `koanf:"uploads"`
}

// Rate is so many a second in the long run, and so many at once; a negative rate is none.
type Rate struct {
	PerSecond float64 `koanf:"per_second"`
	Burst     int     `koanf:"burst"`
}

// Session says how long browser sessions live.
type Session struct {
	StaffIdle  time.Duration `koanf:"staff_idle"`
	ParentIdle time.Duration `koanf:"parent_idle"`
	Lifetime   time.Duration `koanf:"lifetime"`
	Recheck    time.Duration `koanf:"recheck"`
}

// Database says where PostgreSQL is, as which role, and how it is used.
type Database struct {
	AppFile          string        `koanf:"app_url_file"`
	SweepFile        string        `koanf:"sweep_url_file"`
	OwnerFile        string        `koanf:"owner_url_file"`
	MaxConns         int32         `koanf:"max_conns"`
	StatementTimeout time.Duration `koanf:"statement_timeout"`
	LockTimeout      time.Duration `koanf:"lock_timeout"`
	Pooled           bool          `koanf:"pooled"`
}

// Objects says where the object store is.
type Objects struct {
	Endpoint      string `koanf:"endpoint"`
	Bucket        string `koanf:"bucket"`
	Region        string `koanf:"region"`
	TLS           bool   `koanf:"tls"`
	CAFile        string `koanf:"ca_file"`
	AccessKeyFile string `koanf:"access_key_file"`
	SecretKeyFile string `koanf:"secret_key_file"`
	CreateBucket  bool   `koanf:"create_bucket"`
}

// Mail says by which server people are told of messages.
type Mail struct {
	Server       string        `koanf:"server"`
	From         string        `koanf:"from"`
	User         string        `koanf:"user"`
	PasswordFile string        `koanf:"password_file"`
	TLS          string        `koanf:"tls"`
	CAFile       string        `koanf:"ca_file"`
	Timeout      time.Duration `koanf:"timeout"`
}

// Remote is another body's service, reached over HTTPS with a client certificate.
type Remote struct {
	URL      string        `koanf:"url"`
	CAFile   string        `koanf:"ca_file"`
	CertFile string        `koanf:"cert_file"`
	KeyFile  string        `koanf:"key_file"`
	Timeout  time.Duration `koanf:"timeout"`
}

// Network says where the inter-agency network is, and how patiently it is asked.
type Network struct {
	Remote      `koanf:",squash"`
	GiveUpAfter time.Duration `koanf:"give_up_after"`
	Retry       time.Duration `koanf:"retry"`
	RetryMost   time.Duration `koanf:"retry_most"`
	ByHand      time.Duration `koanf:"by_hand"`
	OwnTime     time.Duration `koanf:"own_time"`
	BreakAfter  int           `koanf:"break_after"`
	BreakFor    time.Duration `koanf:"break_for"`
}

// Secret reads a secret from its file, without the line end; key names it in an error.
func Secret(key, path string) (string, error) {
	if path == "" {
		return "", fmt.Errorf("configuration: %s is empty; it is the path of a file", key)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("configuration: %s: %w", key, err)
	}
	return strings.TrimRight(string(raw), "\r\n"), nil
}
