package address

import (
	"regexp"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/jp"
)

// place is an address taken apart.
type place struct {
	prefecture, county string
	words              string // the names of municipality, town and lot; # where a number stands between two of them
	numbers            []number
	building           string   // without the numbers behind it
	rooms              []string // with the letters of wings
}

// number is one of the numbers behind the name of a town, with what it counts where that is written.
type number struct {
	value int
	role  role
}

type role int

const (
	none  role = iota
	chome      // 丁目
	ban        // 番, 番地
	house      // 号
)

// counters are the words that say what the number before them counts, the longest first.
var counters = []struct {
	word string
	role role
}{{"丁目", chome}, {"丁", chome}, {"番地", ban}, {"番", ban}, {"号", house}}

// inside are words that stand between two numbers of an address, where others begin the name of a building.
var inside = regexp.MustCompile(`^(条|番町|線|地割|街区|区|組|班|部|画地|割|通|東|西|南|北|[イロハニホヘトチリヌルヲ甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥]([0-9#-]|番|$|号))`)

var prefectures = regexp.MustCompile(`^(北海道|東京都|(?:大阪|京都)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|` +
	`愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)`)

// A county stands before a town or a village; the cities that have 郡 in their names are no counties.
var (
	counties  = regexp.MustCompile(`^([^市区町村郡]{1,4}郡)[^市]*?[町村]`)
	noCounty  = regexp.MustCompile(`^(郡山市|郡上市|小郡市|蒲郡市|大和郡山市)`)
	smallArea = regexp.MustCompile(`大字|小字`)
	area      = regexp.MustCompile(`([^文数十])字`)
)

// read takes an address apart.
func read(text string) place {
	rest := fold(text)
	var p place
	if found := prefectures.FindString(rest); found != "" {
		p.prefecture, rest = found, rest[len(found):]
	}
	rest = strings.TrimLeft(rest, " ")
	if found := counties.FindStringSubmatch(rest); found != nil && !noCounty.MatchString(rest) {
		p.county, rest = found[1], rest[len(found[1]):]
	}
	p.body(area.ReplaceAllString(smallArea.ReplaceAllString(rest, ""), "$1"))
	return p
}

// body reads names and numbers until the name of a building or the number of a room begins.
func (p *place) body(rest string) {
	var name strings.Builder
	pending := 0 // numbers since the last name
	for {
		trimmed := strings.TrimLeft(rest, " ")
		if trimmed == "" {
			break
		}
		value, after, ok := leading(trimmed, len(p.numbers) > 0)
		switch {
		case ok && (len(trimmed) < len(rest) && len(p.numbers) > 1 && p.numbers[len(p.numbers)-1].role == none || len(p.numbers) > 0 && door.MatchString(after)):
			p.built(trimmed) // 1-2-3 405, 12番地 405号室: the room
			rest = ""
		case ok:
			n := number{value: value}
			n.role, rest = counted(after)
			p.numbers, pending = append(p.numbers, n), pending+1
			rest = joined(rest)
		case pending > 0 && !inside.MatchString(trimmed):
			p.built(trimmed)
			rest = ""
		default:
			name.WriteString(strings.Repeat("#", pending))
			pending = 0
			first := []rune(trimmed)[0]
			name.WriteRune(first)
			rest = trimmed[len(string(first)):]
		}
	}
	p.words = name.String()
}

// counted takes the word that says what a number counts. 三番町 is a name.
func counted(rest string) (role, string) {
	for _, c := range counters {
		after, ok := strings.CutPrefix(rest, c.word)
		if ok && !strings.HasPrefix(after, "町") && !door.MatchString(rest) {
			return c.role, after
		}
	}
	return none, rest
}

// joined takes what stands between two numbers alone: a hyphen, の.
func joined(rest string) string {
	trimmed := strings.TrimLeft(rest, " ")
	for _, between := range []string{"-", "ノ"} {
		after, ok := strings.CutPrefix(trimmed, between)
		if !ok {
			continue
		}
		if _, _, number := leading(after, true); number {
			return after
		}
		if between == "-" && inside.MatchString(after) {
			return after
		}
	}
	return rest
}

// rooms are the numbers behind the name of a building, with the letter of its wing; numbers inside the name belong to the name.
var (
	rooms = regexp.MustCompile(`(?:\b[A-Z](?:棟|-| )?)?(?:[0-9]+(?:号室|号棟|号館|号|室|棟|階|F|[-ノ・.,、()# ])*)+$`)
	room  = regexp.MustCompile(`[A-Z]|[0-9]+`)
	// door is what follows the number of a room, and of nothing else.
	door = regexp.MustCompile(`^(号?室|号?棟|号館)`)
	// host is with whom somebody lives (様方).
	host = regexp.MustCompile(` ?様? ?方$`)
	// ordinal is a number in the name of a building.
	ordinal = regexp.MustCompile(`第[一二三四五六七八九十]+`)
	// parting is what parts the words of a name, and what is left out in writing it.
	parting = regexp.MustCompile(`[-ー・.,、()# ]`)
)

func (p *place) built(text string) {
	text = host.ReplaceAllString(ordinal.ReplaceAllStringFunc(text, func(s string) string {
		return "第" + strconv.Itoa(jp.KanjiNumber(strings.TrimPrefix(s, "第")))
	}), "")
	behind := rooms.FindString(text)
	p.building = parting.ReplaceAllString(strings.TrimSuffix(text, behind), "")
	for _, found := range room.FindAllString(strings.TrimSuffix(behind, "F"), -1) {
		p.rooms = append(p.rooms, strings.TrimLeft(found, "0"))
	}
}
