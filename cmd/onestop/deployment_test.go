package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/configs"
)

const deploy = "../../deploy/"

func parsed(t *testing.T, path string, into any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// takes says whether the program has a command with these flags: it is asked for its help, which carries nothing out.
func takes(t *testing.T, args []string) {
	t.Helper()
	if status := run(append(slices.Clone(args), "--help")); status != 0 {
		t.Errorf("onestop %v is no command", args)
	}
}

// made are the secrets that one command makes.
func made(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "secrets")
	if status := run([]string{"secrets", dir}); status != 0 {
		t.Fatalf("onestop secrets: %d", status)
	}
	if status := run([]string{"secrets", dir}); status == 0 {
		t.Error("secrets that are there were made anew")
	}
	return dir
}

type composed struct {
	Services map[string]struct {
		Image, Restart string
		Command        []string
		Environment    map[string]string
		Secrets        []string
		Healthcheck    struct{ Test []string }
		DependsOn      map[string]struct{ Condition string } `yaml:"depends_on"`
		Networks       map[string]struct {
			Address string `yaml:"ipv4_address"`
		}
	}
	Secrets  map[string]struct{ File string }
	Networks map[string]struct {
		IPAM struct{ Config []struct{ Subnet string } } `yaml:"ipam"`
	}
}

// TestTheComposeFile: each key of the configuration, command, secret and name in compose.yaml is there; what runs for long says whether it is well.
func TestTheComposeFile(t *testing.T) {
	var c composed
	parsed(t, deploy+"container/compose.yaml", &c)
	dir := made(t)
	for name, s := range c.Services {
		for key, value := range s.Environment {
			if strings.HasPrefix(key, configs.EnvPrefix) {
				t.Setenv(key, strings.ReplaceAll(value, "/run/secrets", dir))
			}
			if at, ok := strings.CutPrefix(value, "/run/secrets/"); ok && !slices.Contains(s.Secrets, at) && s.Image != "onestop" {
				t.Errorf("%s does not get the secret %s", name, at)
			}
		}
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				t.Errorf("%s: no secret %s", name, secret)
			}
		}
		if s.Image == "onestop" {
			takes(t, s.Command)
		}
		once := strings.HasPrefix(s.Restart, "on-failure")
		if once == (len(s.Healthcheck.Test) > 0) && s.Image != "haproxy:3.0" {
			t.Errorf("%s: runs once: %t; health check: %v", name, once, s.Healthcheck.Test)
		}
		if check := s.Healthcheck.Test; len(check) > 1 && check[1] == "/onestop" {
			takes(t, check[2:])
		}
		for on, need := range s.DependsOn {
			other, there := c.Services[on]
			if !there || need.Condition == "service_healthy" && len(other.Healthcheck.Test) == 0 {
				t.Errorf("%s waits for %s (%s), which is not to be had", name, on, need.Condition)
			}
		}
	}
	for name, s := range c.Secrets {
		if _, err := os.Stat(filepath.Join(dir, filepath.Base(s.File))); err != nil {
			t.Errorf("the secret %s is not made by the command: %v", name, err)
		}
	}
	cfg, err := configs.Load("")
	if err != nil {
		t.Fatal(err)
	}
	if proxy := c.Services["proxy"].Networks["default"].Address; !slices.Equal(cfg.HTTP.TrustedProxies, []string{proxy}) {
		t.Errorf("trusted is %v, the proxy is %s", cfg.HTTP.TrustedProxies, proxy)
	}
}

// TestTheManifests: each pod is closed as far as it goes and watched, and what it names is there.
func TestTheManifests(t *testing.T) {
	dir := made(t)
	raw, err := os.ReadFile(deploy + "kubernetes/onestop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "onestop.yaml")
	local := strings.NewReplacer("/run/secrets/", dir+"/", "/run/owner/", dir+"/").Replace(string(raw))
	if err := os.WriteFile(config, []byte(local), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := configs.Load(config); err != nil {
		t.Error(err)
	}
	for _, path := range regexp.MustCompile(`_file: (\S+?)[,}]`).FindAllStringSubmatch(local, -1) {
		if _, err := os.Stat(path[1]); err != nil {
			t.Error(err)
		}
	}
	var kustomization struct{ Resources []string }
	parsed(t, deploy+"kubernetes/kustomization.yaml", &kustomization)
	pods, budgets := map[string]bool{}, map[string]bool{}
	for _, name := range kustomization.Resources {
		body, err := os.ReadFile(deploy + "kubernetes/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for decoder := yaml.NewDecoder(bytes.NewReader(body)); ; {
			var m workload
			if decoder.Decode(&m) != nil {
				break
			}
			switch m.Kind {
			case "Deployment", "Job":
				pods[m.Metadata.Name] = m.Kind == "Deployment"
				wantClosed(t, &m)
			case "PodDisruptionBudget":
				budgets[m.Metadata.Name] = true
			}
		}
	}
	for name, long := range pods {
		if long != budgets[name] {
			t.Errorf("%s: runs for long: %t; budget: %t", name, long, budgets[name])
		}
	}
	if len(pods) != 4 {
		t.Errorf("%v", pods)
	}
}

type workload struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		Template struct {
			Spec struct {
				SecurityContext struct {
					RunAsNonRoot   bool                  `yaml:"runAsNonRoot"`
					SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
				} `yaml:"securityContext"`
				Containers []struct {
					Args            []string
					SecurityContext struct {
						ReadOnly     bool                    `yaml:"readOnlyRootFilesystem"`
						Escalation   *bool                   `yaml:"allowPrivilegeEscalation"`
						Capabilities struct{ Drop []string } `yaml:"capabilities"`
					} `yaml:"securityContext"`
					Resources struct{ Limits map[string]string }
					Liveness  struct {
						HTTP struct{ Path string } `yaml:"httpGet"`
					} `yaml:"livenessProbe"`
					Readiness struct {
						HTTP struct{ Path string } `yaml:"httpGet"`
					} `yaml:"readinessProbe"`
					Mounts []struct{ Name string } `yaml:"volumeMounts"`
				}
				Volumes []struct{ Name string }
			}
		}
	}
}

func wantClosed(t *testing.T, m *workload) {
	t.Helper()
	pod, name := m.Spec.Template.Spec, m.Metadata.Name
	if !pod.SecurityContext.RunAsNonRoot || pod.SecurityContext.SeccompProfile.Type != "RuntimeDefault" || len(pod.Containers) != 1 {
		t.Errorf("%s: %+v", name, pod.SecurityContext)
	}
	for _, c := range pod.Containers {
		s := c.SecurityContext
		if !s.ReadOnly || s.Escalation == nil || *s.Escalation || !slices.Equal(s.Capabilities.Drop, []string{"ALL"}) || c.Resources.Limits["memory"] == "" {
			t.Errorf("%s: %+v, %v", name, s, c.Resources)
		}
		if m.Kind == "Deployment" && (c.Liveness.HTTP.Path != "/healthz" || c.Readiness.HTTP.Path != "/readyz") {
			t.Errorf("%s is not watched: %+v, %+v", name, c.Liveness, c.Readiness)
		}
		for _, mount := range c.Mounts {
			if !slices.ContainsFunc(pod.Volumes, func(v struct{ Name string }) bool { return v.Name == mount.Name }) {
				t.Errorf("%s: no volume %s", name, mount.Name)
			}
		}
		takes(t, c.Args)
	}
}

// TestTheUnits: systemd understands each unit, and finds it closed.
func TestTheUnits(t *testing.T) {
	units, err := filepath.Glob(deploy + "systemd/onestop-*")
	if err != nil || len(units) < 4 {
		t.Fatalf("%v, %v", units, err)
	}
	dir := t.TempDir()
	var copies []string
	for _, path := range units {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(raw); strings.Contains(text, "\nUser=postgres\n") && strings.Contains(text, "\nRemoveIPC=") {
			t.Errorf("%s takes the database's shared memory away when it ends", path)
		}
		started := 0 // within a shell's words too
		for _, line := range regexp.MustCompile(`(?m)^ExecStart=.*$`).FindAllString(string(raw), -1) {
			for _, command := range regexp.MustCompile(`/usr/local/bin/onestop ([^;'\n]*)`).FindAllStringSubmatch(line, -1) {
				takes(t, strings.Fields(command[1]))
				started++
			}
		}
		if strings.HasSuffix(path, ".service") && started == 0 {
			t.Errorf("%s starts nothing of ours", path)
		}
		copies = append(copies, filepath.Join(dir, filepath.Base(path)))
		local := strings.NewReplacer("/usr/local/bin/onestop", "/bin/true", "=onestop\n", "=daemon\n").Replace(string(raw))
		if err := os.WriteFile(copies[len(copies)-1], []byte(local), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Log("there is no systemd here to look at them")
		return
	}
	if out, err := exec.Command("systemd-analyze", append([]string{"verify"}, copies...)...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
	for _, path := range copies {
		if !strings.HasSuffix(path, ".service") {
			continue
		}
		if out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", path).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// TestTheAlerts: the rules do what their tests say, and each alert has its paragraph in the RUNBOOK.
func TestTheAlerts(t *testing.T) {
	if _, err := exec.LookPath("promtool"); err != nil {
		t.Fatal("no promtool: run deploy/test.sh, which installs it")
	}
	for _, args := range [][]string{{"check", "rules", "rules.yaml"}, {"check", "config", "--syntax-only", "prometheus.yaml"},
		{"test", "rules", "rules_test.yaml", "rules_days_test.yaml"}} {
		cmd := exec.Command("promtool", args...)
		cmd.Dir = deploy + "monitoring"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert       string
				Annotations map[string]string
			}
		}
	}
	parsed(t, deploy+"monitoring/rules.yaml", &rules)
	book, errBook := os.ReadFile(deploy + "RUNBOOK.md")
	first, errFirst := os.ReadFile(deploy + "monitoring/rules_test.yaml")
	second, errSecond := os.ReadFile(deploy + "monitoring/rules_days_test.yaml")
	if errBook != nil || errFirst != nil || errSecond != nil {
		t.Fatal(errBook, errFirst, errSecond)
	}
	alerts := 0
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" {
				continue
			}
			alerts++
			if !strings.Contains(string(book), "\n### "+r.Alert+"\n") || r.Annotations["runbook"] != "RUNBOOK.md#"+strings.ToLower(r.Alert) {
				t.Errorf("%s has no paragraph in the RUNBOOK, or does not name it", r.Alert)
			}
			if !strings.Contains(string(first)+string(second), "alertname: "+r.Alert+"\n") {
				t.Errorf("%s has no test", r.Alert)
			}
		}
	}
	if headings := strings.Count(string(book), "\n### Onestop"); headings != alerts {
		t.Errorf("%d alerts, %d paragraphs", alerts, headings)
	}
}
