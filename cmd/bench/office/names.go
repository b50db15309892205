package office

import (
	"strings"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// person is somebody as a register has them: the parts of the name in kana, and the name in the characters that a register may use,
// all of them one.
type person struct {
	family, given string   // in kana
	written       []string // the whole name, family and given parted by a space
	foreign       bool
}

// families are in kana, then in the characters that are one name in registers, applications and certificates.
var families = [][]string{
	{"サトウ", "佐藤"}, {"タカハシ", "高橋", "髙橋", "高𣘺"}, {"ワタナベ", "渡辺", "渡邊", "渡邉"}, {"サイトウ", "斎藤", "齋藤"}, {"サイトウ", "斉藤", "齊藤"},
	{"ヤマザキ", "山崎", "山﨑", "山嵜"}, {"サワダ", "沢田", "澤田"}, {"サクライ", "桜井", "櫻井"}, {"ハマダ", "浜田", "濱田", "濵田"}, {"ヒロセ", "広瀬", "廣瀬", "廣瀨"},
	{"ヨシダ", "吉田", "𠮷田"}, {"ササキ", "佐々木", "佐佐木"}, {"ショウジ", "庄司"}, {"シミズ", "清水", "淸水"}, {"オオタ", "太田"}, {"オノ", "小野"}, {"オオノ", "大野"},
	{"ミヤケ", "三宅"}, {"シオダ", "塩田", "鹽田"}, {"タキガワ", "滝川", "瀧川"}, {"エノキダ", "榎田"}, {"アベ", "阿部"}, {"ツヅキ", "都築"}, {"クワバラ", "桑原", "桒原"},
	{"カツラギ", "葛城", "葛󠄀城"}, {"イイズカ", "飯塚", "飯塚"}, {"フクダ", "福田", "福田"}, {"ミシマ", "三島", "三嶋"}, {"ホソヤ", "細谷"}, {"ニッタ", "新田"},
	{"キョウゴク", "京極"}, {"セキグチ", "関口", "關口"}, {"マツエ", "松江"}, {"トヨダ", "豊田", "豐田"}, {"ケンモツ", "監物"}, {"クニエダ", "国枝", "國枝"},
	{"ヤナギ", "柳", "栁"}, {"ツル", "鶴", "靏", "靍"}, {"マキノ", "牧野"}, {"エグチ", "江口"}, {"ジョウ", "城"}, {"フジイ", "藤井"}, {"ミゾブチ", "溝渕", "溝淵"}, {"カナモリ", "金森"},
	{"ハシモト", "橋本"}, {"オザワ", "小沢", "小澤"}, {"ヒガシ", "東"}, {"ヌマジリ", "沼尻"}, {"ヴァンダイク", "ヴァンダイク"},
}

// givens are in kana, then in characters that are one.
var givens = [][]string{
	{"ハナコ", "花子"}, {"タロウ", "太郎", "太郞"}, {"ショウタ", "翔太"}, {"ユウコ", "優子"}, {"ケイコ", "恵子", "惠子"}, {"マコト", "真", "眞"}, {"リュウジ", "竜二", "龍二"},
	{"サチ", "幸"}, {"エリ", "絵里", "繪里"}, {"ノリヒコ", "徳彦", "德彥"}, {"ジュンイチ", "淳一"}, {"シズカ", "静香", "靜香"}, {"レイ", "礼", "禮"}, {"キョウカ", "京香"},
	{"アキヒロ", "昭広", "昭廣"}, {"ミッチ", "道"}, {"チヅル", "千鶴"}, {"イサオ", "勲", "勳"}, {"カオル", "薫", "薰"}, {"ヒサシ", "寿", "壽"}, {"サクラ", "さくら"}, {"ラン", "蘭"},
	{"ケンジ", "健二"}, {"ユキエ", "幸恵", "幸惠"}, {"ノブヨ", "伸与", "伸與"}, {"ヒデト", "英人"}, {"リン", "凛"}, {"ソウスケ", "聡介", "聰介"}, {"ミキ", "美樹"}, {"ワタル", "渉"},
}

// foreigners are written in kana by the parts of their names, and in Latin letters.
var foreigners = [][3]string{
	{"グエン", "ティ マイ", "NGUYEN THI MAI"}, {"ファム", "ヴァン ナム", "PHAM VAN NAM"}, {"サントス", "マリア クララ", "SANTOS MARIA CLARA"}, {"ジョーンズ", "エマ", "JONES EMMA"},
	{"チャン", "リンリン", "CHAN LINGLING"}, {"シュレスタ", "ビカシュ", "SHRESTHA BIKASH"},
}

func (c *clerk) person() person {
	if c.often(8) {
		one := pick(c, foreigners...)
		return person{family: one[0], given: one[1], written: []string{one[2]}, foreign: true}
	}
	family, given := pick(c, families...), pick(c, givens...)
	out := person{family: family[0], given: given[0]}
	for _, f := range family[1:] {
		for _, g := range given[1:] {
			out.written = append(out.written, f+" "+g)
		}
	}
	return out
}

// sibling has the family name of one and the given name of another.
func (c *clerk) sibling(p, q person) person {
	family, _, _ := strings.Cut(pick(c, p.written...), " ")
	_, given, _ := strings.Cut(pick(c, q.written...), " ")
	return person{family: p.family, given: q.given, written: []string{family + " " + given}}
}

// half is kana in half width, sound marks apart.
func half(s string) string {
	return strings.NewReplacer("\u3099", "ﾞ", "\u309a", "ﾟ").Replace(width.Narrow.String(norm.NFD.String(s)))
}

func hiragana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - 'ァ' + 'ぁ'
		}
		return r
	}, s)
}

// grown are small kana as the oldest registers have them, which know large ones alone.
var grown = strings.NewReplacer("ァ", "ア", "ィ", "イ", "ゥ", "ウ", "ェ", "エ", "ォ", "オ", "ッ", "ツ", "ャ", "ヤ", "ュ", "ユ", "ョ", "ヨ")

// inRegister is the family name in kana as the network's answer has it.
func (c *clerk) inRegister(kana string) string {
	if c.often(3) {
		return half(grown.Replace(kana))
	}
	return pick(c, kana, kana, kana, half(kana), strings.ReplaceAll(kana, " ", "\u3000"))
}

// kana is a name in kana as a reader types it from a paper: the whole name, or its family part where that is asked for.
func (c *clerk) kana(p person, whole bool) string {
	text := p.family
	if whole {
		text += " " + p.given
	}
	switch c.IntN(8) {
	case 0, 1:
	case 2:
		text = half(text)
	case 3:
		text = hiragana(text)
	case 4:
		text = strings.ReplaceAll(text, " ", "\u3000")
	case 5:
		text = strings.ReplaceAll(half(text), " ", pick(c, "", " ", "\u3000"))
	case 6:
		text = strings.ReplaceAll(text, " ", "")
	default:
		text = strings.NewReplacer("ー", pick(c, "-", "－", "―", "ー")).Replace(text)
		if p.foreign {
			text = strings.ReplaceAll(text, " ", "・")
		}
	}
	return text
}

// name is a whole name as it is written, in any of its characters.
func (c *clerk) name(p person) string {
	text := pick(c, p.written...)
	if p.foreign {
		return pick(c, text, strings.ToLower(text), wide(text), strings.ReplaceAll(text, " ", "\u3000"), strings.ReplaceAll(text, " ", ", "))
	}
	return strings.ReplaceAll(text, " ", pick(c, " ", "\u3000", "", "  "))
}
