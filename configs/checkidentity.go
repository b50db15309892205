package configs

import (
	"encoding/json"
	"net"
	"net/url"
	"slices"
	"time"
)

func (cfg *Config) checkIdentity(c *checker) {
	names, issuers := map[string]string{}, map[string]string{}
	served := map[string]bool{}
	all := cfg.AllProviders()
	for _, p := range all {
		p.check(c)
		for _, who := range p.For {
			served[who] = true
		}
		twice := func(seen map[string]string, member, value, why string) {
			if other, there := seen[value]; there && value != "" {
				c.that(false, p.Key+"."+member, value, why+" ("+other+")", "")
			}
			seen[value] = p.Key
		}
		twice(names, "name", p.Name, "another provider has this name, and people would be mixed up")
		twice(issuers, "issuer", p.Issuer, "another provider has this issuer, and its tokens would be judged twice; use realms or tenants of their own")
	}
	for _, who := range []string{"parents", "staff"} {
		offered := slices.DeleteFunc(slices.Clone(all), func(p Provider) bool { return !slices.Contains(p.For, who) })
		for _, p := range offered {
			c.that(len(offered) == 1 || p.Label.Ja != "", p.Key+".label", nil, "several are for "+who+", who choose among them by what they are called",
				"{ja: 市役所の認証, plain: 市役所の 認証, en: City hall account}")
		}
		c.that(served[who] || len(all) == 0, "oidc.for", nil, "no provider is for "+who, "[parents, staff, programs], or a provider of their own under providers")
	}
}

// check says what is wrong with one provider. What its groups may give, the program knows, which knows the roles.
func (p Provider) check(c *checker) {
	at := p.Key + "."
	c.that(p.Name != "", at+"name", p.Name, "this is the stable key by which people stay the same", "default")
	c.that(p.Issuer != "", at+"issuer", p.Issuer, "this is needed: the provider's address exactly as its tokens carry it", "https://id.example/realms/staff")
	c.that(p.Issuer == "" || safeURL(p.Issuer), at+"issuer", p.Issuer,
		"this is an https address; http is for this machine's own alone", "https://id.example/realms/staff")
	c.that(p.ClientID != "", at+"client_id", p.ClientID, "this is needed: what the provider calls this service", "onestop")
	c.that(p.Audience != "", at+"audience", p.Audience, "this is needed: what access tokens name as their audience", "onestop-api")
	c.that(p.Audience == "" || p.Audience != p.ClientID, at+"audience", p.Audience,
		"this differs from client_id, or an ID token, which browsers see, would pass as an access token", "onestop-api")
	c.file(at+"client_secret_file", p.ClientSecretFile)
	c.that(p.Leeway >= 0 && p.Leeway <= 5*time.Minute, at+"leeway", p.Leeway, "this is at most 5m", "30s")
	c.among(at+"for", p.For, "parents", "staff", "programs")
	c.among(at+"default_role", []string{p.DefaultRole}, "applicant", "")
	if p.DefaultRole == "applicant" {
		c.that(slices.Contains(p.For, "parents") && !slices.Contains(p.For, "programs"), at+"default_role", p.DefaultRole,
			"everybody is an applicant only by a provider that is for parents and lets no programs in", "for: [parents]")
	}
	c.that((p.SecondFactor.Claim == "") == (len(p.SecondFactor.Values) == 0), at+"second_factor", p.SecondFactor.Claim,
		"claim and values go together: which claim, and which of its values proves the second factor", "{claim: acrs, values: [c1]}")
	c.that(p.ClaimsRequest == "" || json.Valid([]byte(p.ClaimsRequest)), at+"claims_request", p.ClaimsRequest, "this is JSON",
		`{"id_token":{"acrs":{"essential":true,"value":"c1"}}}`)
	for _, g := range p.Groups {
		c.that(g.Group != "" && len(g.Roles) > 0, at+"groups", g.Group,
			"an entry has a group and its roles", `[{group: "/staff/reviewers", roles: [reviewer@998010]}]`)
	}
}

// safeURL says whether nothing goes over the network in clear.
func safeURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Fragment != "" || u.User != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || (u.Scheme == "http" && (u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())))
}
