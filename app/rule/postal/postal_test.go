package postal_test

import (
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/postal"
)

const table = "\ufeff" + `998010,"998  ","9980000","ヒナタケン","ヒナタシ","イカニケイサイガナイバアイ","日向県","ひなた市","以下に掲載がない場合",0,0,0,0,0,0
998010,"998  ","9980001","ヒナタケン","ヒナタシ","アオバチョウ","日向県","ひなた市","あおば町（１～３丁目）",1,0,1,0,0,0
998010,"998  ","9980003","ヒナタケン","ヒナタシ","ミナミ","日向県","ひなた市","みなみ町",0,0,0,1,0,0
998010,"998  ","9980003","ヒナタケン","ヒナタシ","ミナミダイ","日向県","ひなた市","みなみ台",0,0,0,1,0,0
998036,"998  ","9980300","ヒナタケン","モリムラ","モリムライチエン","日向県","もり村","もり村一円",0,0,0,0,0,0
998010,"998  ","9980009","ヒナタケン","ヒナタシ","カワ","日向県","ひなた市","かわ",0,0,0,1,0,0
998028,"998  ","9980009","ヒナタケン","ミナトマチ","カワ","日向県","みなと町","かわ",0,0,0,1,0,0
998036,"998  ","9980301","ヒナタケン","モリムラ","イチエン","日向県","もり村","一円",0,0,0,0,0,0
`

func read(t *testing.T) *postal.Table {
	t.Helper()
	out, err := postal.Read(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestACodeSaysHowAnAddressBegins(t *testing.T) {
	all := read(t)
	for code, want := range map[string]string{
		"998-0001": "日向県ひなた市あおば町", "〒９９８ー０００１": "日向県ひなた市あおば町", "9980001": "日向県ひなた市あおば町",
		"9980000": "日向県ひなた市", "9980300": "日向県もり村", "9980301": "日向県もり村一円",
		"9980003": "日向県ひなた市", // it has two towns
		"9980009": "",        // it has two municipalities
		"9999999": "", "998": "", "": "", "あ": "",
	} {
		if got := all.Address(code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	if all.Len() != 6 {
		t.Errorf("%d codes", all.Len())
	}
	var none *postal.Table
	if none.Address("9980001") != "" || none.Len() != 0 {
		t.Error("no table knows a place")
	}
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"a short line": "1,2,3\n",
		"no code":      "1,2,abc,4,5,6,7,8,9\n",
		"a quote":      "1,\"2\n",
	} {
		if _, err := postal.Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(table, "9980001")
	f.Fuzz(func(t *testing.T, text, code string) {
		all, err := postal.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		if got := all.Address(code); got != all.Address(" "+code+" ") {
			t.Errorf("%q", got)
		}
	})
}
