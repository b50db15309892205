package directory

import "testing"

func TestCell(t *testing.T) {
	for _, same := range [][]string{
		{"ひなた市あおば町1丁目2番3号", "ひなた市あおば町１丁目２番３号", "ひなた市あおば町一丁目二番三号", "ひなた市あおば町1-2-3", "ひなた市 あおば町１ー２ー３", "ひなた市あおば町1丁目2の3", "ひなた市あおば町1−2−3"},
		{"みなと町なみ1番地", "みなと町なみ1", "みなと町なみ１番地 "},
		{"もり村こだち21丁目10番", "もり村こだち二十一丁目十番", "もり村こだち21-10"},
		{"ひなた市タワー1-2", "ひなた市タワー１番２号"},
	} {
		for _, other := range same[1:] {
			if Place(other) != Place(same[0]) {
				t.Errorf("%q is %q, %q is %q", other, Place(other), same[0], Place(same[0]))
			}
		}
	}
	for _, pair := range [][2]string{{"みなと町なみ1番地", "みなと町なみ2番地"}, {"あおば町1丁目23号", "あおば町12丁目3号"}, {"みなと町一番町", "みなと町二番町"}} {
		if Place(pair[0]) == Place(pair[1]) {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], Place(pair[0]))
		}
	}
}

func TestReading(t *testing.T) {
	for _, same := range [][2]string{{"ひなた　はなこ", "ヒナタ ハナコ"}, {"ﾋﾅﾀ ﾊﾅｺ", "ヒナタハナコ"}, {"ｼﾞｮｰｼﾞ", "ジョージ"}, {"マリア・ルイサ", "マリアルイサ"}, {"ジョ−ジ", "ジョージ"}} {
		if Reading(same[0]) != Reading(same[1]) {
			t.Errorf("%q is %q, %q is %q", same[0], Reading(same[0]), same[1], Reading(same[1]))
		}
	}
	for _, close := range [][2]string{{"ナカジマ", "ナカシマ"}, {"キョウコ", "キヨウコ"}, {"ハットリ", "ハツトリ"}, {"パパ", "ババ"}} {
		if Reading(close[0]) == Reading(close[1]) || LooseReading(close[0]) != LooseReading(close[1]) {
			t.Errorf("%q and %q", close[0], close[1])
		}
	}
	if LooseReading("ヒナタ") == LooseReading("ヒマタ") {
		t.Error("two names became one")
	}
}

func TestName(t *testing.T) {
	if Name("葛\U000E0100城　花") != Name("葛城 花") {
		t.Error("a variation selector makes another name")
	}
}

func FuzzCell(f *testing.F) {
	f.Add("ひなた市あおば町十一丁目2番3号")
	f.Fuzz(func(t *testing.T, s string) {
		if p := Place(s); Place(p) == "" && p != "" {
			t.Errorf("%q became %q and then nothing", s, p)
		}
		_, _ = LooseReading(s), Name(s)
	})
}
