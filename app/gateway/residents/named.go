package residents

import "slices"

// Numbers of the named residents, the same in each municipality: R-998010-0900001 is the example applicant of ひなた市. The
// example family is that of the catalogue's example forms (configs/procedures/_form.yaml and the procedures' examples).
const (
	ExampleApplicant   = 900001 // 日向 花子
	ExampleSpouse      = 900002 // 日向 太郎
	ExampleChild2018   = 900003 // 日向 空, and five more of that name, one for each birth date in the examples
	ExampleChild2013   = 900004
	ExampleChild2017   = 900005
	ExampleChild2024   = 900006
	ExampleSupporter   = 900007 // 日向 一郎, the applicant's father
	ExampleNewborn     = 900008 // 日向 光, born ten days ago: no linking code yet (P7)
	ExampleDeceased    = 900009 // 日向 一郎, died twenty days ago
	ExampleChild2016   = 900022
	ExampleChild2025   = 900023
	OneName            = 900024 // one name only, and its reading in Latin letters
	MovedIn            = 900010 // moved in from another municipality three days ago: no linking code yet (P7)
	SameNameFirst      = 900011 // two with the same name and birth date at two addresses
	SameNameSecond     = 900012
	Protected          = 900013 // 支援措置
	OtherReading       = 900014 // 中嶋台: ナカジマダイ here, ナカシマダイ where the person writes it
	Undeclared         = 900015 // the rest: each kind of answer that is none
	NotDisclosed       = 900016
	ManualAnswer       = 900017
	NotPermitted       = 900018
	NoRecord           = 900019
	TimedOut           = 900020
	DuplicateInquiry   = 900021
	PersonaParent1     = 900031 // the demo's sign-in parent-1
	PersonaParent1Baby = 900032 // and the child
	PersonaParent2     = 900033 // parent-2
)

const (
	exampleAddress = "ひなた市あおば町1丁目2番3号" // as in the example form, whatever the municipality
	formerAddress  = "みなと町なみ1番地"
	nextAddress    = "みなと町なみ2番地"
)

type entry struct {
	name, kana   string // family and given name
	birth        string // empty: so many days ago
	ago          int
	address      string
	role         string
	protected    bool
	since        string
	daysHere     int // instead of since
	removedSince int // days
}

var entries = map[int]entry{
	ExampleApplicant: {name: "日向|花子", kana: "ヒナタ|ハナコ", birth: "1992-04-10", role: Parent, since: "2020-04-01"},
	ExampleSpouse:    {name: "日向|太郎", kana: "ヒナタ|タロウ", birth: "1990-09-01", role: Partner, since: "2020-04-01"},
	ExampleChild2018: {name: "日向|空", kana: "ヒナタ|ソラ", birth: "2018-05-10", role: Child, since: "2020-04-01"},
	ExampleChild2013: {name: "日向|空", kana: "ヒナタ|ソラ", birth: "2013-05-10", role: Child, since: "2020-04-01"},
	ExampleChild2017: {name: "日向|空", kana: "ヒナタ|ソラ", birth: "2017-07-10", role: Child, since: "2020-04-01"},
	ExampleChild2024: {name: "日向|空", kana: "ヒナタ|ソラ", birth: "2024-08-15", role: Child, since: "2024-08-15"},
	ExampleChild2016: {name: "日向|空", kana: "ヒナタ|ソラ", birth: "2016-05-10", role: Child, since: "2020-04-01"},
	ExampleChild2025: {name: "日向|空", kana: "ヒナタ|ソラ", birth: "2025-05-10", role: Child, since: "2025-05-10"},
	ExampleSupporter: {name: "日向|一郎", kana: "ヒナタ|イチロウ", birth: "1960-01-20", role: Elder, since: "1995-10-01"},
	ExampleNewborn:   {name: "日向|光", kana: "ヒナタ|ヒカリ", ago: 10, role: Child, daysHere: 10},
	ExampleDeceased: {
		name:         "日向|一郎",
		kana:         "ヒナタ|イチロウ",
		birth:        "1985-02-03",
		role:         Partner,
		since:        "2020-04-01",
		removedSince: 20,
	},
	MovedIn: {name: "渡り鳥|翼", kana: "ワタリドリ|ツバサ", birth: "1991-08-30", role: Parent, daysHere: 3},
	SameNameFirst: {
		name:    "青空|ゆい",
		kana:    "アオゾラ|ユイ",
		birth:   "1991-07-07",
		address: "あおば町4丁目5番6号",
		role:    Parent,
		since:   "2016-04-01",
	},
	SameNameSecond: {
		name:    "青空|ゆい",
		kana:    "アオゾラ|ユイ",
		birth:   "1991-07-07",
		address: "さくら台7丁目8番9号",
		role:    Parent,
		since:   "2019-09-15",
	},
	Protected: {
		name:      "月影|さくら",
		kana:      "ツキカゲ|サクラ",
		birth:     "1989-03-21",
		address:   "いずみ町1丁目1番1号",
		role:      Parent,
		since:     "2023-06-01",
		protected: true,
	},
	OtherReading: {
		name:    "中嶋台|奏",
		kana:    "ナカジマダイ|カナデ",
		birth:   "1988-11-11",
		address: "さくら台1丁目2番2号",
		role:    Parent,
		since:   "2015-04-01",
	},
	Undeclared:       {name: "空木|誠", kana: "ウツギ|マコト", birth: "1987-01-05", role: Parent, since: "2017-05-01"},
	NotDisclosed:     {name: "霞原|しずか", kana: "カスミハラ|シズカ", birth: "1986-02-14", role: Parent, since: "2018-04-01"},
	ManualAnswer:     {name: "手書|文", kana: "テガキ|フミ", birth: "1984-06-06", role: Parent, since: "2011-04-01"},
	NotPermitted:     {name: "関守|透", kana: "セキモリ|トオル", birth: "1983-12-12", role: Parent, since: "2012-04-01"},
	NoRecord:         {name: "白紙|葵", kana: "シラカミ|アオイ", birth: "1994-10-20", role: Parent, since: "2021-04-01"},
	TimedOut:         {name: "長居|悠", kana: "ナガイ|ユウ", birth: "1982-05-25", role: Parent, since: "2013-04-01"},
	DuplicateInquiry: {name: "双葉野|重", kana: "フタバノ|カサネ", birth: "1985-09-09", role: Parent, since: "2014-04-01"},
	OneName:          {name: "Suryani|", kana: "SURYANI|", birth: "1990-12-24", address: "さくら台3丁目3番3号", role: Parent, since: "2022-10-01"},
	PersonaParent1: {
		name:    "若葉|みのり",
		kana:    "ワカバ|ミノリ",
		birth:   "1993-05-14",
		address: "あおば町2丁目2番2号",
		role:    Parent,
		since:   "2019-04-01",
	},
	PersonaParent1Baby: {
		name:    "若葉|つぼみ",
		kana:    "ワカバ|ツボミ",
		birth:   "2024-02-29",
		address: "あおば町2丁目2番2号",
		role:    Child,
		since:   "2024-02-29",
	},
	PersonaParent2: {
		name:    "空野|大地",
		kana:    "ソラノ|ダイチ",
		birth:   "1990-11-02",
		address: "いずみ町3丁目3番3号",
		role:    Parent,
		since:   "2018-10-01",
	},
}

// named are the numbers of entries in order.
var named = func() (list []int) {
	for n := range entries {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}()

// example says whether a number is of the example family.
func example(n int) bool {
	return n >= ExampleApplicant && n <= ExampleDeceased || n == ExampleChild2016 || n == ExampleChild2025
}

func (g *Register) named(municipality string, n int) (Resident, bool) {
	e, ok := entries[n]
	if !ok {
		return Resident{}, false
	}
	name, kana := pairs(e.name)[0], pairs(e.kana)[0]
	r := Resident{
		ID:           ID(municipality, n),
		Municipality: municipality,
		number:       n,
		FamilyName:   name[0],
		GivenName:    name[1],
		FamilyKana:   kana[0],
		GivenKana:    kana[1],
		BirthDate:    e.birth,
		Since:        e.since,
		Role:         e.role,
		Protected:    e.protected,
	}
	r.Head = r.Name()
	town := pairs(places[municipality])[0][0]
	switch {
	case example(n):
		r.Address, r.Former, r.Head = exampleAddress, []string{formerAddress}, "日向 花子"
		if n == ExampleChild2013 { // the child of the example of a change of address, which the register has seen already
			r.Former = []string{nextAddress, formerAddress}
		}
	case e.address != "":
		r.Address = town + e.address
	default:
		r.Address = town + "本町1番地"
	}
	if e.birth == "" {
		r.BirthDate = g.day(-e.ago)
	}
	if e.since == "" {
		r.Since = g.day(-e.daysHere)
	}
	if e.removedSince > 0 {
		r.Removed = g.day(-e.removedSince)
	}
	if n == PersonaParent1Baby {
		r.Head = "若葉 みのり"
	}
	return r, true
}
