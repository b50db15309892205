package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/configs"
)

const identity = "../deploy/identity"

// TestTheExamplesOfProvidersAreSound: nothing is wrong with them but that the files of their secrets are not here.
func TestTheExamplesOfProvidersAreSound(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(identity, "*.yaml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%q %v", files, err)
	}
	for _, file := range files {
		cfg, faults := configs.Read(file)
		for _, f := range append(faults, Check(cfg)...) {
			about := strings.HasPrefix(f.Key, "oidc.") || strings.HasPrefix(f.Key, "providers.")
			if about && !strings.HasSuffix(f.Key, "_file") && f.Key != "oidc.for" { // each serves one of the two alone
				t.Errorf("%s: %v", file, f)
			}
		}
	}
}

// TestTheKeycloakRealmFitsItsConfiguration: groups, claim, audience and levels are written the same in both.
func TestTheKeycloakRealmFitsItsConfiguration(t *testing.T) {
	cfg, _ := configs.Read(filepath.Join(identity, "keycloak.yaml"))
	staff := cfg.Providers["city-hall"]
	type group struct {
		Name      string
		SubGroups []group
	}
	var realm struct {
		Realm   string
		Groups  []group
		Clients []struct {
			ClientID        string `json:"clientId"`
			Attributes      map[string]string
			ProtocolMappers []struct{ Config map[string]string }
		}
	}
	raw, err := os.ReadFile(filepath.Join(identity, "keycloak-realm.json"))
	if err == nil {
		err = json.Unmarshal(raw, &realm)
	}
	if err != nil || len(realm.Clients) != 1 {
		t.Fatal(err)
	}
	var paths []string
	var walk func(string, []group)
	walk = func(at string, groups []group) {
		for _, g := range groups {
			paths = append(paths, at+"/"+g.Name)
			walk(at+"/"+g.Name, g.SubGroups)
		}
	}
	walk("", realm.Groups)
	for _, g := range staff.Groups {
		if !slices.Contains(paths, g.Group) {
			t.Errorf("no group %s in %q", g.Group, paths)
		}
	}
	client := realm.Clients[0]
	if client.ClientID != staff.ClientID || !strings.HasSuffix(staff.Issuer, "/realms/"+realm.Realm) ||
		client.ProtocolMappers[0].Config["claim.name"] != staff.GroupsClaim ||
		client.ProtocolMappers[1].Config["included.custom.audience"] != staff.Audience ||
		!strings.HasSuffix(client.Attributes["backchannel.logout.url"], "/auth/backchannel-logout") ||
		!strings.Contains(client.Attributes["acr.loa.map"], `"`+staff.ACRValues+`"`) || staff.SecondFactor.ACR[0] != staff.ACRValues {
		t.Errorf("%+v\n%+v", client, staff)
	}
}

// TestWhatGroupsMayGive: a role that there is not, and one that the provider is not for, are named with the group.
func TestWhatGroupsMayGive(t *testing.T) {
	cfg, err := configured(t, `oidc: {issuer: "https://id.example", for: [parents], groups: [{group: g, roles: [reviewer@998010]}]}
providers: {office: {issuer: "https://s.example", for: [staff], groups: [{group: h, roles: [boss, applicant, "reviewer@99"]}]}}`)
	if err != nil {
		t.Fatal(err)
	}
	text := Check(cfg).Error()
	for _, want := range []string{
		`oidc.groups = "reviewer@998010": what the group "g" gives is no role that this provider may give: it is not for them (oidc.for)`,
		`providers.office.groups = "boss": what the group "h" gives is no role;`,
		`providers.office.groups = "applicant": what the group "h" gives is no role that this provider may give`,
		`providers.office.groups = "reviewer@99": what the group "h" gives is no role;`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing says %s:\n%s", want, text)
		}
	}
}
