package search_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/search"
	"kosodate.example/onestop/configs"
)

var today = jp.Date{Year: 2026, Month: 11, Day: 29}

func national(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func found(x *search.Index, typed string) (codes []string) {
	for _, v := range x.Rank(typed) {
		codes = append(codes, v.Procedure.Code)
	}
	return codes
}

// TestWhatPeopleTypeLeadsToTheProcedure: as they say it and as they write it, each among the first three.
func TestWhatPeopleTypeLeadsToTheProcedure(t *testing.T) {
	x := search.New(national(t), today)
	n := 0
	for want, phrases := range map[string][]string{
		"child-allowance-claim": {
			"赤ちゃんが生まれた", "赤ちゃんが 生まれました", "子供が産まれた", "子どもが生まれたらもらえるお金", "うまれた", "出産", "しゅっさん", "児童手当", "子ども手当", "こども手当", "子供手当 申請",
			"じどうてあて", "じどーてあて", "ジドウテアテ", "ｼﾞﾄﾞｳﾃｱﾃ", "jidou teate", "jidoteate", "child allowance", "child benefit", "A baby was born", "newborn",
			"引越し", "引っ越し", "ひっこし",
			"ひつこし", "転入", "引っ越してきた", "I moved here", "児童手宛", "じどうてあえ", "認定請求書", "里親になった",
		},
		"child-allowance-revision": {"2人目", "２人目が生まれた", "ふたりめ", "二人目 児童手当", "第三子", "下の子が生まれた", "second child", "額改定", "大学生の子がいる"},
		"child-allowance-change":   {"口座を変えたい", "苗字が変わった", "振込先 変更", "転職した", "再婚", "住所変更", "bank account", "名前が かわった"},
		"child-allowance-end":      {"転出", "公務員になった", "児童手当をやめたい 手当をやめる", "海外赴任", "moving abroad"},
		"child-allowance-unpaid":   {"夫が亡くなった", "受給者の死亡", "died"},
		"child-allowance-annual":   {"現況届", "げんきょうとどけ", "毎年の とどけ", "annual report", "児童手当 更新"},
		"child-allowance-donation": {"寄付したい", "きふ", "donation"}, "child-allowance-school-fees": {"給食費", "きゅうしょくひを手当から払う", "school lunch"},
		"childcare-enrolment": {
			"ほいくえん", "保育園に入りたい", "保育所 申し込み", "ほいくえん もうしこみ", "保育圓", "ほいえくん", "hoikuen", "hoikuenn", "入園", "待機児童", "仕事に戻る", "復職", "育休が終わる", "働きたい",
			"パートを始めた", "nursery", "back to work", "保活", "こども園", "子供を預けたい",
		},
		"childcare-certification": {"幼稚園", "ようちえん", "youchien", "支給認定", "2号認定", "kindergarten"}, "childcare-annual": {"保育園 現況届", "保育園 継続"},
		"facility-use-certification":   {"預かり保育", "無償化", "認可外", "ファミサポ"},
		"infant-support-certification": {"誰でも通園", "だれでもつうえん", "一時預かり", "すこしの時間だけ預けたい", "hourly care"},
		"single-parent-claim": {
			"シングルマザー", "シンママ", "ひとり親", "一人親になった", "母子家庭", "ぼしかてい", "離婚した", "りこん", "母子手当", "児童扶養手当", "じどうふようてあて", "rikon", "single mother", "divorce",
			"シングルファーザー", "しんぐるまざー",
		},
		"single-parent-annual":      {"児童扶養手当 現況届", "ひとり親 現況届"},
		"pregnancy-notification":    {"妊娠届", "妊娠した", "にんしん", "ニンシン", "母子手帳", "ぼしてちょう", "母子手帖", "赤ちゃんができた", "あかちゃんが できた", "妊婦健診", "pregnant", "ninshin", "妊振届"},
		"pregnancy-support-benefit": {"5万円", "妊娠 給付金", "流産"}, "pregnancy-support-count": {"双子", "ふたご", "twins", "胎児の数"},
	} {
		for _, phrase := range phrases {
			n++
			if got := found(x, phrase); !slices.Contains(got[:min(3, len(got))], want) {
				t.Errorf("%s finds %v, want %s among the first three", phrase, got, want)
			}
		}
	}
	if n < 80 {
		t.Errorf("there are %d phrases only", n)
	}
}

// TestEveryEventLeadsToItsProcedures: each, as it stands on the first page in each language, finds first what it calls for, in order; and
// every procedure is found by its title.
func TestEveryEventLeadsToItsProcedures(t *testing.T) {
	c := national(t)
	x := search.New(c, today)
	for _, e := range c.Events() {
		for _, name := range []string{e.Name.Ja, e.Name.Plain, e.Name.En} {
			if got := found(x, name); len(got) == 0 || got[0] != e.Procedures[0] {
				t.Errorf("%s finds %v, want %v", name, got, e.Procedures)
			}
		}
	}
	for _, p := range c.Procedures() {
		if p.Title == (catalogue.Text{}) {
			t.Errorf("%s does not say what one does with it", p.Code)
		}
		for _, title := range []string{p.Title.Ja, p.Title.Plain, p.Title.En, p.Latest().Name.Ja} {
			if got := found(x, title); !slices.Contains(got[:min(2, len(got))], p.Code) {
				t.Errorf("%s finds %v, want %s", title, got, p.Code)
			}
		}
	}
}

func TestWhatIsNotMeantIsNotFound(t *testing.T) {
	c := national(t)
	x := search.New(c, today)
	for typed, not := range map[string]string{
		"双子": "pregnancy-notification", "ひとり親": "pregnancy-notification", "妊娠": "single-parent-claim", "こども誰でも通園": "childcare-enrolment",
		"母子手帳 妊娠": "childcare-enrolment", "現況届": "pregnancy-notification", "保育園": "child-allowance-claim",
	} {
		if got := found(x, typed); slices.Contains(got, not) || len(got) == 0 {
			t.Errorf("%s finds %v", typed, got)
		}
	}
	for _, typed := range []string{"zzzz", "住民票", "確定申告をする", "dog licence", "？？？", "ー", strings.Repeat("猫", 200)} {
		if got := found(x, typed); len(got) > 0 {
			t.Errorf("%s finds %v", typed, got)
		}
	}
	if got := found(x, " 　"); len(got) != len(c.Procedures()) {
		t.Errorf("nothing typed finds %v", got)
	}
	if got := found(x, "妊娠 保育園"); !slices.Contains(got, "pregnancy-notification") || !slices.Contains(got, "childcare-enrolment") {
		t.Errorf("of two matters one is lost: %v", got)
	}
}

// TestAMunicipalityHasEventsOfItsOwn: beside the national ones, or in the place of one, and words of its own.
func TestAMunicipalityHasEventsOfItsOwn(t *testing.T) {
	const same = "{ja: 北町の版, plain: 北町の 版, en: Kita}"
	c, err := catalogue.Overlay(national(t), fstest.MapFS{
		"_edition.yaml": {Data: []byte("scope: \"998010\"\ntitle: " + same + "\n")},
		"_events.yaml": {Data: []byte("events:\n  - {code: born, name: {ja: 生まれた, plain: 生まれた, en: Born}, words: [うぶごえ], procedures: [child-allowance-revision]}\n" +
			"  - {code: lunch, name: {ja: 弁当, plain: 弁当, en: Lunch}, procedures: [child-allowance-school-fees]}\nsynonyms: [[給食費, おひるだい]]\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	x := search.New(c, today)
	for typed, want := range map[string]string{"うぶごえ": "child-allowance-revision", "弁当": "child-allowance-school-fees", "おひるだい": "child-allowance-school-fees",
		"ひとり親": "single-parent-claim"} {
		if got := found(x, typed); len(got) == 0 || got[0] != want {
			t.Errorf("%s finds %v, want %s", typed, got, want)
		}
	}
	if n := len(c.Events()); n != len(national(t).Events())+1 {
		t.Errorf("%d events", n)
	}
}

// TestWhatOnlyAMunicipalityHasIsFoundThere: the edition of ひなた市 brings こども医療費, which the national one does not know.
func TestWhatOnlyAMunicipalityHasIsFoundThere(t *testing.T) {
	c, err := catalogue.Overlay(national(t), os.DirFS("../../../cmd/demo/seed/998010"))
	if err != nil {
		t.Fatal(err)
	}
	here, everywhere := search.New(c, today), search.New(national(t), today)
	for _, typed := range []string{"医療費", "いりょうひ", "こどもの医療証", "子どもが病院にかかった", "マル乳", "iryouhi", "doctor", "びょういん"} {
		if got := found(here, typed); len(got) == 0 || got[0] != "child-medical-certificate" {
			t.Errorf("%s finds %v", typed, got)
		}
		if got := found(everywhere, typed); slices.Contains(got, "child-medical-certificate") {
			t.Errorf("%s finds it everywhere", typed)
		}
	}
}

func BenchmarkRank(b *testing.B) {
	c := national(b)
	x := search.New(c, today)
	b.Run("New", func(b *testing.B) {
		for b.Loop() {
			search.New(c, today)
		}
	})
	for _, typed := range []string{"赤ちゃんが生まれた", "zzzzzzzz zzzzzzzzzzz"} {
		b.Run(typed, func(b *testing.B) {
			for b.Loop() {
				x.Rank(typed)
			}
		})
	}
}
