package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// Kinds of persona, in the order of the page.
const (
	KindParent   = "parent"
	KindReviewer = "reviewer"
	KindAdmin    = "admin"
	KindAuditor  = "auditor"
	KindPartner  = "partner" // a program, not a person: it has no sign-in
)

// loadParents is how many parents there are for load, load-0001 to load-1000 (api.md, "The demo only").
const loadParents = 1000

// Persona is somebody whom one can be in the demo. All are invented.
type Persona struct {
	Key                     string // "parent-1"; also the subject of the tokens, so that seeds can name people
	Kind                    string
	FamilyName, GivenName   string
	FamilyKana, GivenKana   string // katakana
	FamilyLatin, GivenLatin string
	Birthdate               string // YYYY-MM-DD
	PostalCode, Street      string // in ひなた市, as the register of residents has it; empty for all but the parents by name
	Phone                   string
	Roles                   []string
	Scopes                  []string
}

// Email is an address that no mail reaches (RFC 2606).
func (p Persona) Email() string { return p.Key + "@example.test" }

// Name is the name in Japanese order.
func (p Persona) Name() string { return strings.TrimSpace(p.FamilyName + " " + p.GivenName) }

// Kana is the name's reading.
func (p Persona) Kana() string { return strings.TrimSpace(p.FamilyKana + " " + p.GivenKana) }

// Latin is the name for pages in English.
func (p Persona) Latin() string { return strings.TrimSpace(p.GivenLatin + " " + p.FamilyLatin) }

// Staff says whether a second factor is asked for.
func (p Persona) Staff() bool {
	return p.Kind == KindReviewer || p.Kind == KindAdmin || p.Kind == KindAuditor
}

func person(key, kind, birthdate, family, given, role string) Persona {
	f, g := strings.Split(family, "|"), strings.Split(given, "|")
	return Persona{
		Key:         key,
		Kind:        kind,
		Birthdate:   birthdate,
		Roles:       []string{role},
		FamilyName:  f[0],
		FamilyKana:  f[1],
		FamilyLatin: f[2],
		GivenName:   g[0],
		GivenKana:   g[1],
		GivenLatin:  g[2],
	}
}

// living is a persona with the rest of what stands on a card, and a telephone.
func living(p Persona, postalCode, street, phone string) Persona {
	p.PostalCode, p.Street, p.Phone = postalCode, street, phone
	return p
}

// named are the personas of api.md, exactly. 998010 is ひなた市 (hinata), 998028 みなと町 (minato).
var named = []Persona{
	living(person("parent-1", KindParent, "1993-05-14", "若葉|ワカバ|Wakaba", "みのり|ミノリ|Minori", "applicant"), "998-0001", "あおば町2丁目2番2号", "+81 90-0000-0001"),
	living(person("parent-2", KindParent, "1990-11-02", "空野|ソラノ|Sorano", "大地|ダイチ|Daichi", "applicant"), "998-0000", "いずみ町3丁目3番3号", "+81 90-0000-0002"),
	person("reviewer-hinata-1", KindReviewer, "1985-02-20", "日向野|ヒガノ|Higano", "文香|フミカ|Fumika", "reviewer@998010"),
	person("reviewer-hinata-2", KindReviewer, "1979-08-08", "照井|テルイ|Terui", "正道|マサミチ|Masamichi", "reviewer@998010"),
	person("reviewer-minato", KindReviewer, "1988-12-25", "波止場|ハトバ|Hatoba", "渚|ナギサ|Nagisa", "reviewer@998028"),
	person("admin-national-1", KindAdmin, "1974-04-01", "全山|ゼンヤマ|Zenyama", "統子|トウコ|Toko", "admin@national"),
	person("admin-national-2", KindAdmin, "1976-10-10", "国見台|クニミダイ|Kunimidai", "公平|コウヘイ|Kohei", "admin@national"),
	person("admin-hinata-1", KindAdmin, "1981-06-30", "朝陽|アサヒ|Asahi", "和泉|イズミ|Izumi", "admin@998010"),
	person("admin-hinata-2", KindAdmin, "1983-03-03", "陽坂|ヒサカ|Hisaka", "律|リツ|Ritsu", "admin@998010"),
	person("auditor", KindAuditor, "1970-01-15", "検見|ケミ|Kemi", "明|アキラ|Akira", "auditor"),
	{
		Key:         "partner",
		Kind:        KindPartner,
		FamilyName:  "ことり手帳アプリ（架空）",
		FamilyKana:  "コトリテチョウアプリ",
		FamilyLatin: "Kotori Handbook App (invented)",
		Scopes:      []string{"handover", "share:*"},
	},
}

var (
	loadFamilies = strings.Fields("青葉野|アオバノ|Aobano 泉台|イズミダイ|Izumidai 海原野|ウナバラノ|Unabarano 枝川原|エダガワラ|Edagawara 丘ノ上|オカノウエ|Okanoue " +
		"風間野|カザマノ|Kazamano 霧ヶ谷|キリガヤ|Kirigaya 雲居|クモイ|Kumoi 木漏|コモレ|Komore 里山|サトヤマ|Satoyama")
	loadGivens = strings.Fields("あおい|アオイ|Aoi いつき|イツキ|Itsuki うみ|ウミ|Umi かえで|カエデ|Kaede こはる|コハル|Koharu " +
		"さつき|サツキ|Satsuki そら|ソラ|Sora つむぎ|ツムギ|Tsumugi はる|ハル|Haru ゆう|ユウ|Yu")
)

// PersonaByKey finds a persona, those for load included.
func PersonaByKey(key string) (Persona, bool) {
	if i := slices.IndexFunc(named, func(p Persona) bool { return p.Key == key }); i >= 0 {
		return clone(named[i]), true
	}
	var n int
	if _, err := fmt.Sscanf(key, "load-%04d", &n); err != nil || n < 1 || n > loadParents || key != fmt.Sprintf("load-%04d", n) {
		return Persona{}, false
	}
	birth := fmt.Sprintf("%04d-%02d-%02d", 1980+n%20, 1+n%12, 1+n%28)
	family, given := loadFamilies[n%len(loadFamilies)], loadGivens[n/len(loadFamilies)%len(loadGivens)]
	return person(key, KindParent, birth, family, given, "applicant"), true
}

// Personas are those that one can name by heart, in the order of api.md; the parents for load are left out.
func Personas() []Persona {
	list := make([]Persona, len(named))
	for i, p := range named {
		list[i] = clone(p)
	}
	return list
}

func clone(p Persona) Persona {
	p.Roles, p.Scopes = slices.Clone(p.Roles), slices.Clone(p.Scopes)
	return p
}

// profile are the claims of the scopes profile, email, address and phone. Readings are claims with a language tag, as OpenID Connect
// Core, section 5.2, writes them.
func (p Persona) profile() map[string]any {
	if p.Kind == KindPartner {
		return map[string]any{"name": p.Name()}
	}
	out := map[string]any{
		"name": p.Name(), "family_name": p.FamilyName, "given_name": p.GivenName,
		"name#ja-Kana-JP": p.Kana(), "family_name#ja-Kana-JP": p.FamilyKana, "given_name#ja-Kana-JP": p.GivenKana,
		"name#en": p.Latin(), "birthdate": p.Birthdate, "preferred_username": p.Key, "locale": "ja", "zoneinfo": "Asia/Tokyo",
		"email": p.Email(), "email_verified": true,
	}
	if p.Street != "" {
		out["address"] = map[string]string{"postal_code": p.PostalCode, "locality": "ひなた市", "street_address": p.Street, "country": "JP"}
		out["phone_number"] = p.Phone
	}
	return out
}
