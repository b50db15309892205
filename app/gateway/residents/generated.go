package residents

import (
	"fmt"
	"hash/fnv"
	"iter"
	"strings"
	"time"
)

// Families and given names, each "writing|reading". The families number 40: a household's family name is that of its
// number modulo 40, so that a search by name computes one household in forty.
var (
	families = pairs("青葉野|アオバノ 泉台|イズミダイ 海原野|ウナバラノ 枝川原|エダガワラ 丘ノ上|オカノウエ 風間野|カザマノ 霧ヶ谷|キリガヤ 雲居|クモイ 木漏|コモレ 里山|サトヤマ " +
		"潮見台|シオミダイ 杉並木|スギナミキ 瀬音|セオト 空野原|ソラノハラ 立花野|タチバナノ 月見野|ツキミノ 照葉|テルハ 渡し場|ワタシバ 凪浜|ナギハマ 虹ヶ原|ニジガハラ " +
		"布引野|ヌノビキノ 野々花|ノノハナ 初音|ハツネ 日和山|ヒヨリヤマ 笛吹野|フエフキノ 星ヶ丘|ホシガオカ 帆波|ホナミ 松籟|ショウライ 水鏡|ミズカガミ 麦野原|ムギノハラ " +
		"芽吹|メブキ 紅葉谷|モミジダニ 柳瀬川|ヤナセガワ 夕凪|ユウナギ 夜明野|ヨアケノ 若草野|ワカクサノ 落葉松|カラマツ 川霧|カワギリ 小春日|コハルビ 白波瀬|シラハセ")
	givens = pairs("あおい|アオイ いつき|イツキ うみ|ウミ かえで|カエデ こはる|コハル さつき|サツキ そら|ソラ つむぎ|ツムギ はる|ハル ゆう|ユウ " +
		"結|ユイ 蓮|レン 陽向|ヒナタ 凛|リン 湊|ミナト 芽依|メイ 樹|イツキ 澪|ミオ 朔|サク 紬|ツムギ")
	places = map[string]string{"998010": "ひなた市|あおば町 いずみ町 さくら台", "998028": "みなと町|なみ うしお かもめ台", "998036": "もり村|こだち せせらぎ やまびこ"}
)

func pairs(list string) (out [][2]string) {
	for _, s := range strings.Fields(list) {
		writing, reading, _ := strings.Cut(s, "|")
		out = append(out, [2]string{writing, reading})
	}
	return out
}

// householdSize is the generated household: an adult, a partner (or, in each tenth household, the adult's parent), and two
// children.
const householdSize = 4

// spread is a number that looks random and is always the same for the same words.
func spread(words ...any) int {
	h := fnv.New32a()
	fmt.Fprintln(h, words...)
	return int(h.Sum32() >> 1)
}

// single says whether a household is that of a single parent.
func single(household int) bool { return household%10 == 3 }

func generated(municipality string, n int) Resident {
	household, member := (n-1)/householdSize, (n-1)%householdSize
	family := families[household%len(families)]
	given := func(member int) [2]string {
		return givens[spread("given", municipality, household, member)%len(givens)]
	}
	own := given(member)
	town, quarters, _ := strings.Cut(places[municipality], "|")
	quarter := strings.Fields(quarters)
	where := spread("address", municipality, household)
	r := Resident{
		ID:           ID(municipality, n),
		Municipality: municipality,
		number:       n,
		FamilyName:   family[0],
		FamilyKana:   family[1],
		GivenName:    own[0],
		GivenKana:    own[1],
		Head:         family[0] + " " + given(0)[0],
		Address:      fmt.Sprintf("%s%s%d丁目%d番%d号", town, quarter[where%len(quarter)], 1+where/3%9, 1+where/27%40, 1+where/1080%30),
		Since:        date(2008, spread("since", municipality, household)%(10*365)),
		Protected:    household%500 == 77 && member != 1,
	}
	born := spread("birth", municipality, household, member)
	switch {
	case member == 0:
		r.Role, r.BirthDate = Parent, date(1978, born%(20*365))
	case member == 1 && single(household):
		r.Role, r.BirthDate = Elder, date(1948, born%(10*365))
	case member == 1:
		r.Role, r.BirthDate = Partner, date(1978, born%(20*365))
	default:
		r.Role, r.BirthDate = Child, date(2009+(member-2)*8, born%(8*365)) // the second child after the first
		r.Since = max(r.Since, r.BirthDate)
	}
	return r
}

// date is so many days after the first of a year.
func date(year, days int) string {
	return time.Date(year, 1, 1+days, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// Family goes through the residents of a municipality whose family name or its reading is accepted, the named ones first.
func (g *Register) Family(municipality string, accept func(name, kana string) bool) iter.Seq[Resident] {
	return func(yield func(Resident) bool) {
		if rank(municipality) < 0 {
			return
		}
		for _, n := range named {
			if r, _ := g.named(municipality, n); accept(r.FamilyName, r.FamilyKana) && !yield(r) {
				return
			}
		}
		for i, f := range families {
			if !accept(f[0], f[1]) {
				continue
			}
			for household := i; household < Generated/householdSize; household += len(families) {
				for member := range householdSize {
					if !yield(generated(municipality, household*householdSize+member+1)) {
						return
					}
				}
			}
		}
	}
}
