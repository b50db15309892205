package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/configs"
)

// Check is everything that is wrong with a configuration, as far as can be said without asking anybody. Open begins with it.
func Check(cfg *configs.Config) configs.Faults {
	faults := append(cfg.Check(), checkGroups(cfg)...)
	if _, _, err := retentionOf(cfg); err != nil {
		var one configs.Fault
		if !errors.As(err, &one) {
			one = configs.Fault{Key: "retention", Why: strings.TrimPrefix(err.Error(), "configuration: ")}
		}
		faults = append(faults, one)
	}
	return faults
}

// checkGroups says which groups would give what is no role, or none that their provider may give.
func checkGroups(cfg *configs.Config) (faults configs.Faults) {
	for _, p := range cfg.AllProviders() {
		given := providerConfig(p.OIDC, "")
		for _, g := range given.Groups {
			for _, role := range g.Roles {
				var why string
				switch {
				case !oidc.ValidRole(role):
					why = "is no role"
				case given.Withheld(role):
					why = "is no role that this provider may give: it is not for them (" + p.Key + ".for)"
				default:
					continue
				}
				faults = append(faults, configs.Fault{Key: p.Key + ".groups", Value: role, Why: fmt.Sprintf("what the group %q gives %s", g.Group, why),
					Example: "reviewer@998010, admin@998010, admin@national or auditor"})
			}
		}
	}
	return faults
}

// probeTime is how long each thing may take that the configuration points to.
const probeTime = 10 * time.Second

// Probed is what one thing answered that the configuration points to.
type Probed struct {
	Name string
	Err  error // nil: it answered
}

// Probe asks everything that the configuration points to whether it answers: database, schema, shelf, bucket, scanner, providers, network.
// It makes nothing, also where the program would (objects.create_bucket). Err is what kept it from asking at all.
func Probe(ctx context.Context, cfg *configs.Config) ([]Probed, error) {
	looking := *cfg
	looking.Objects.CreateBucket = false
	a, err := Open(ctx, &looking, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	var out []Probed
	if dir := cfg.Audit.CheckpointDir; dir != "" { // a mount that is missing is told here, and keeps nobody from starting
		_, err := os.Stat(dir)
		out = append(out, Probed{"checkpoint-folder", err})
	}
	for _, c := range slices.Concat(a.checks(), a.providerChecks(), a.stampCheck()) {
		if c.Name == workCheck { // whether a worker runs is no matter of the configuration
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, probeTime)
		out = append(out, Probed{c.Name, c.Probe(ctx)})
		cancel()
	}
	return out, nil
}
