package office

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// plot is one place, apart from how it is written.
type plot struct {
	prefecture, county, town int // of what there is; county -1: none
	ward                     int
	street                   int // of streets
	scheme                   scheme
	numbers                  []int
	building                 int // -1: none
	wing, room               string
	host                     string // 様方
}

// scheme is how an office numbers its plots.
type scheme int

const (
	blocks  scheme = iota // 丁目, 番, 号 (住居表示)
	block                 // 番, 号
	lot                   // 番地
	divided               // 番地 and a number of the part (枝番)
	grid                  // 条, 丁目, 番, 号
	schemes
)

var (
	prefectures = []string{"静岡県", "北海道", "京都府", "愛媛県"}
	counties    = []string{"おか郡", "うみ郡"}
	// cities have no county, the others are in one.
	cities = []string{"ひなた市", "みどり市", "あさひ台市"}
	towns  = []string{"みなと町", "もり村"}
	wards  = []string{"", "", "", "中央区", "東区"}

	// streets are the ways of writing each.
	streets = [][]string{
		{"あおば", "アオバ"}, {"霞ヶ丘", "霞ケ丘", "霞が丘", "霞ガ丘", "霞ｹ丘"}, {"山の手", "山ノ手", "山之手"}, {"四ツ葉", "四つ葉", "四ッ葉"}, {"澤田町", "沢田町"},
		{"櫻木町", "桜木町"}, {"三番町", "3番町"}, {"八幡"}, {"一色"}, {"二本松"}, {"五十鈴町"}, {"千代田"}, {"十三塚"}, {"本町"}, {"上原"}, {"龍神", "竜神"}, {"廣野", "広野"},
		{"渕上", "淵上"}, {"大字南台", "南台"}, {"大字田野字上の原", "田野字上の原", "大字田野上ノ原"}, {"六ヶ所原", "六ケ所原", "六箇所原"}, {"旭ヶ丘", "旭が丘", "旭ケ丘"}, {"新町"},
		{"鹽屋", "塩屋"}, {"曽根", "曾根"}, {"藪田", "薮田"}, {"鷲巣"}, {"百合が丘", "百合ヶ丘"}, {"七軒町"}, {"北一条西", "北1条西", "北１条西"},
	}

	// houses are the ways of writing the name of each building.
	houses = [][]string{
		{"あおばハイツ", "アオバハイツ", "ｱｵﾊﾞﾊｲﾂ"}, {"コーポ山田", "コ－ポ山田", "ｺｰﾎﾟ山田"}, {"メゾン・ド・みなと", "メゾンドみなと", "メゾン ド ミナト"}, {"第2みどり荘", "第二みどり荘", "第２みどり荘"},
		{"ＡＢＣマンション", "ABCマンション", "abcマンション"}, {"県営住宅"}, {"グリーンヒルズ東", "ｸﾞﾘｰﾝﾋﾙｽﾞ東"}, {"レジデンス栄", "レジデンス榮"}, {"さくら館", "サクラ館", "さくら舘"},
	}
)

func (c *clerk) plot() plot {
	p := plot{prefecture: c.IntN(len(prefectures)), county: -1, town: c.IntN(len(cities)), street: c.IntN(len(streets)), building: -1}
	if c.often(30) {
		p.county, p.town = c.IntN(len(counties)), c.IntN(len(towns))
	} else {
		p.ward = c.IntN(len(wards))
	}
	p.scheme = scheme(c.IntN(int(schemes)))
	most := map[scheme][]int{blocks: {9, 30, 25}, block: {40, 30}, lot: {3000}, divided: {3000, 40}, grid: {9, 9, 30, 20}}[p.scheme]
	for _, m := range most {
		p.numbers = append(p.numbers, c.between(1, m))
	}
	switch {
	case c.often(30):
		p.building, p.room = c.IntN(len(houses)), strconv.Itoa(c.between(1, 9)*100+c.between(1, 12))
		if c.often(15) {
			p.wing = pick(c, "A", "B", "C")
		}
	case c.often(3):
		p.host = pick(c, "山田", "鈴木")
	}
	return p
}

// where writes a place. Prefecture and county are often left out, the name of a building sometimes; what tells it from others never is.
func (c *clerk) where(p plot) string {
	var b strings.Builder
	if c.often(50) {
		b.WriteString(prefectures[p.prefecture] + pick(c, "", "", "", " ", "\u3000"))
	}
	if p.county >= 0 {
		if c.often(60) {
			b.WriteString(counties[p.county])
		}
		b.WriteString(towns[p.town])
	} else {
		b.WriteString(cities[p.town] + wards[p.ward])
	}
	b.WriteString(pick(c, "", "", "", " ", "\u3000"))
	b.WriteString(pick(c, streets[p.street]...))
	numbers, home := c.numbers(p), c.home(p)
	if strings.ContainsAny(string([]rune(numbers)[len([]rune(numbers))-1:]), kanjiDigits+"十百千") && home != "" {
		home = " " + home // nobody could read it otherwise
	}
	b.WriteString(numbers + home)
	return b.String()
}

// numbers writes the numbers of a plot, with words or with hyphens.
func (c *clerk) numbers(p plot) string {
	words := map[scheme][]string{blocks: {"丁目", "番", "号"}, block: {"番", "号"}, lot: {"番地"}, divided: {"番地", ""}, grid: {"条", "丁目", "番", "号"}}[p.scheme]
	hyphen := pick(c, "-", "－", "ー", "‐", "−", "―", "‑", "の", "ノ", "ｰ", "–", "－")
	broad, inKanji := c.often(40), c.often(12)
	digits := func(n int) string {
		switch {
		case inKanji:
			return kanji(n)
		case broad:
			return wide(strconv.Itoa(n))
		}
		return strconv.Itoa(n)
	}
	spelled := len(words) // how many are followed by their word; a hyphen joins the others
	if c.often(60) {
		spelled = c.IntN(len(words))
	}
	if p.scheme == grid && spelled == 0 {
		spelled = 1
	}
	if p.scheme == lot && spelled == 0 && inKanji {
		spelled = 1
	}
	var b strings.Builder
	for i, n := range p.numbers {
		text := digits(n)
		if (words[i] == "丁目" || words[i] == "条") && i < spelled && c.often(50) {
			text = kanji(n)
		}
		b.WriteString(text)
		last := i == len(p.numbers)-1
		switch {
		case i < spelled && words[i] == "番地" && !last:
			b.WriteString(pick(c, "番地の", "番地-", "番地－", "番地", "番地ノ", "番", "番の", "の"))
		case i < spelled && words[i] == "号" && c.often(30):
		case i < spelled && words[i] == "番地":
			b.WriteString(pick(c, "番地", "番地", "番"))
		case i < spelled:
			b.WriteString(words[i])
		case !last:
			b.WriteString(hyphen)
		}
	}
	return b.String()
}

// home writes where in a building it is, or with whom.
func (c *clerk) home(p plot) string {
	if p.host != "" {
		return pick(c, " ", "\u3000", "", "\u3000\u3000") + p.host + pick(c, "方", "様方", " 様方", "様 方")
	}
	if p.building < 0 {
		return ""
	}
	room := p.room
	if c.often(40) {
		room = wide(room)
	}
	named := c.often(75)
	space := pick(c, " ", "\u3000")
	out := space
	if named {
		out = pick(c, " ", "\u3000", "") + pick(c, houses[p.building]...)
		space = pick(c, " ", "\u3000", "")
	}
	if p.wing != "" {
		out += pick(c, p.wing+"-", p.wing+"棟", wide(p.wing)+"棟", wide(p.wing)+"－", p.wing)
		return out + room + pick(c, "", "号", "号室")
	}
	switch {
	case named:
		return out + space + room + pick(c, "", "号", "号室", "号室")
	case c.often(10) && p.scheme != lot:
		return "の" + room
	case c.often(10):
		return pick(c, "(", "（") + room + pick(c, ")", "）")
	case c.often(50) && p.scheme != lot:
		return pick(c, "-", "－") + room + pick(c, "", "号", "号室")
	}
	return out + room + pick(c, "", "号室")
}

// elsewhere is another place, and in what: another number of the house, another room, another street, another town.
func (c *clerk) elsewhere(p plot) (plot, string) {
	p.numbers = slices.Clone(p.numbers)
	switch c.IntN(6) {
	case 0:
		if p.building >= 0 {
			n, _ := strconv.Atoi(p.room)
			p.room = strconv.Itoa(n + pick(c, 1, 100, -1, 10))
			return p, "another room"
		}
	case 1:
		p.street = (p.street + 1 + c.IntN(len(streets)-1)) % len(streets)
		return p, "another street"
	case 2:
		if p.county < 0 {
			p.town = (p.town + 1 + c.IntN(len(cities)-1)) % len(cities)
		} else {
			p.town = (p.town + 1) % len(towns)
		}
		return p, "another town"
	}
	at := c.IntN(len(p.numbers))
	if n := p.numbers[at]; n > 11 && n/10%10 != n%10 && n%10 != 0 && c.often(40) { // two digits changed places
		turned := []byte(strconv.Itoa(n))
		turned[len(turned)-1], turned[len(turned)-2] = turned[len(turned)-2], turned[len(turned)-1]
		p.numbers[at], _ = strconv.Atoi(string(turned))
	} else {
		p.numbers[at] += pick(c, 1, 1, 2, 10)
	}
	return p, fmt.Sprintf("another number (%s)", [...]string{"丁目・番・号", "番・号", "番地", "枝番", "条・丁目・番・号"}[p.scheme])
}
