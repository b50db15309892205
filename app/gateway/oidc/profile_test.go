package oidc

import (
	"strings"
	"testing"

	"kosodate.example/onestop/app/gateway/oidc/simulator"
)

// TestWhatASignInSays: the claims of OpenID Connect Core 5.1 and 5.2 as providers write them, and what is no fact.
func TestWhatASignInSays(t *testing.T) {
	for name, tc := range map[string]struct {
		payload string
		want    Profile
	}{
		"whole": {`{"name":"若葉 みのり","family_name":"若葉","given_name":"みのり","family_name#ja-Kana-JP":"ワカバ","given_name#ja-Kana-JP":"ミノリ",
			"birthdate":"1993-05-14","phone_number":"+81 90-0000-0001","email":"m@example.test",
			"address":{"postal_code":"998-0001","region":"架空県","locality":"ひなた市","street_address":"あおば町2丁目2番2号"}}`,
			Profile{Name: "若葉 みのり", FamilyName: "若葉", GivenName: "みのり", FamilyKana: "ワカバ", GivenKana: "ミノリ", Birthdate: "1993-05-14",
				PostalCode: "998-0001", Address: "架空県ひなた市あおば町2丁目2番2号", Phone: "+81 90-0000-0001", Email: "m@example.test"}},
		"Latin, with ideographs beside it": {`{"family_name":"Wakaba","family_name#ja-Hani-JP":"若葉","given_name":"Minori","given_name#ja-Hani-JP":"みのり"}`,
			Profile{FamilyName: "若葉", GivenName: "みのり"}},
		"the four facts in one text each": {`{"name":"若葉　みのり","address":{"formatted":"ひなた市あおば町2丁目\n2番2号"},"birthdate":"1993-05-14"}`,
			Profile{Name: "若葉　みのり", Address: "ひなた市あおば町2丁目 2番2号", Birthdate: "1993-05-14"}},
		"other types":        {`{"name":["x"],"birthdate":19930514,"address":"ひなた市","email":null}`, Profile{}},
		"no object":          {`"text"`, Profile{}},
		"too long for facts": {`{"name":"` + strings.Repeat("長", maxClaim+1) + `"}`, Profile{}},
	} {
		if got := readProfile([]byte(tc.payload), ProfileClaims{}); got != tc.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestOneSourceOfANameAndOfAnAddress: the parts of a name, or of an address, of two answers are never mixed.
func TestOneSourceOfANameAndOfAnAddress(t *testing.T) {
	got := Profile{GivenName: "Suryani", Address: "みなと町"}.over(Profile{FamilyName: "若葉", GivenName: "みのり", PostalCode: "998-0001", Address: "ひなた市", Phone: "1"})
	if want := (Profile{GivenName: "Suryani", Address: "みなと町", Phone: "1"}); got != want {
		t.Errorf("%+v", got)
	}
}

// TestAnApplicantsProfileComesWithTheSignIn, of staff nothing is asked, and an access token carries none.
func TestAnApplicantsProfileComesWithTheSignIn(t *testing.T) {
	addr := freeAddr(t)
	s := startProvider(t, addr, "")
	p := newClient(t, addr, func(c *Config) { c.ScopesIfOffered = []string{"email", "address", "phone", "unheard-of"} })
	exchange := func(persona, second string) (Identity, string) {
		t.Helper()
		a := begin(t, p, "")
		if strings.Contains(a.url, "unheard-of") || !strings.Contains(a.url, "address") {
			t.Errorf("asked for %s", a.url)
		}
		id, token, err := p.Exchange(t.Context(), newPerson(t, s, persona, second).signIn(a.url).Get("code"), a.nonce, a.verifier)
		if err != nil {
			t.Fatal(err)
		}
		return id, token.ID
	}
	id, _ := exchange("parent-1", "")
	if got := id.Profile; got.FamilyKana != "ワカバ" || got.Birthdate != "1993-05-14" || got.Address != "ひなた市あおば町2丁目2番2号" || got.PostalCode == "" || got.Phone == "" {
		t.Errorf("%+v", got)
	}
	if id, _ := exchange("reviewer-minato", "code"); id.Profile != (Profile{}) {
		t.Errorf("of a clerk: %+v", id.Profile)
	}
	if id, err := p.VerifyAccessToken(t.Context(), mint(t, s, simulator.Minting{Persona: "parent-1"})); err != nil || id.Profile != (Profile{}) {
		t.Errorf("in a token: %+v %v", id.Profile, err)
	}
}
