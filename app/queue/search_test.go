package queue_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/models"
)

func TestSearchByEachKind(t *testing.T) {
	o := newOffice(t)
	hanako := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.State = models.StateDecided }) // found in every state
	taro := o.filed(time.Now(), func(_ *models.Application, a map[string]any) {
		a["given_kana"], a["birth_date"] = "タロウ", "2001-12-31"
	})
	long := o.filed(time.Now(), func(_ *models.Application, a map[string]any) {
		a["family_kana"], a["given_kana"], a["birth_date"] = "デ\u3000ラ\u3000クルス", "マリア\u3000アナ", "1989-01-07"
	})
	one := o.filed(time.Now(), func(_ *models.Application, a map[string]any) {
		delete(a, "family_name")
		delete(a, "family_kana")
		a["given_kana"], a["birth_date"] = "スハルト", "1988-02-03"
	})
	latin := o.filed(time.Now(), func(_ *models.Application, a map[string]any) {
		a["family_kana"], a["given_kana"], a["birth_date"] = "DELA CRUZ", "MARÍA", "1987-03-04"
	})
	mother := o.Stored(func(app *models.Application, c *dossier.Content) {
		casetest.Arrived(app, time.Now())
		c.Facts = []byte(`{"children": [{"birth_date": "2024-02-29"}]}`)
		c.Form = map[string]any{"applicant": map[string]any{"family_name": "林", "given_name": "美咲", "family_kana": "ハヤシ", "given_kana": "ミサキ",
			"birth_date": "1995-07-07", "phone": "090-1234-5678"}, "children": []any{map[string]any{"family_name": "林", "given_name": "奏\U000e0100太",
			"family_kana": "ハヤシ", "given_kana": "ソウタ"}}}
	})
	receipt := *hanako.ReceiptNumber
	wide := strings.Map(func(r rune) rune { return r + 0xfee0 }, strings.ReplaceAll(receipt, "-", ""))
	for query, found := range map[string][]string{
		receipt: {hanako.ID}, " " + strings.ToLower(receipt) + " ": {hanako.ID}, strings.ReplaceAll(receipt, "-", ""): {hanako.ID},
		strings.ReplaceAll(receipt, "-", " "): {hanako.ID}, wide: {hanako.ID},
		"ヤマダ": {hanako.ID, taro.ID}, "やまだ": {hanako.ID, taro.ID}, "ﾔﾏﾀﾞ": {hanako.ID, taro.ID},
		"ヤマダ ハナコ": {hanako.ID}, "やまだ　はなこ": {hanako.ID}, "ﾔﾏﾀﾞ ﾊﾅｺ": {hanako.ID}, "ヤマダハナコ": {hanako.ID},
		"ハナコ": {hanako.ID}, "ヤマ": {hanako.ID, taro.ID}, "ヤ": nil, "ヤマダ ハナ": {hanako.ID}, "マダ": nil, "ナコ": nil,
		receipt[:6]: {hanako.ID}, receipt[5:9]: {hanako.ID}, strings.ToLower(receipt[2:]): {hanako.ID}, "A2BC-3D4E-F5GX": nil,
		"山田": {hanako.ID, latin.ID, long.ID, taro.ID}, "山": {hanako.ID, latin.ID, long.ID, taro.ID}, "山田　花子": {hanako.ID, latin.ID, long.ID, taro.ID},
		"花": {hanako.ID, one.ID, latin.ID, long.ID, taro.ID},
		"林": {mother.ID}, "林奏太": {mother.ID}, "奏太": {mother.ID}, "ソウタ": {mother.ID}, "はやし そう": {mother.ID}, "秘密町": nil,
		"2024-02-29": {mother.ID}, "R6.2.29": {mother.ID}, "20240229": {mother.ID}, "令和６年２月２９日": {mother.ID}, "H07/07/07": {mother.ID},
		"090-1234-5678": {mother.ID}, "０９０１２３４５６７８": {mother.ID}, "+81 90 1234 5678": {mother.ID}, "5678": {mother.ID}, "1234": nil,
		"デ ラ クルス": {long.ID}, "で ら くるす まりあ あな": {long.ID},
		"スハルト": {one.ID}, "すはると": {one.ID}, "Dela Cruz": {latin.ID}, "dela cruz maría": {latin.ID}, "ＤＥＬＡ ＣＲＵＺ　MARÍA": {latin.ID}, "Cruz": nil,
		"1990-05-01": {hanako.ID}, "平成2年5月1日": {hanako.ID}, "H2.5.1": {hanako.ID}, "Ｈ２．５．１": {hanako.ID}, "2001/12/31": {taro.ID}, "昭和64年1月7日": {long.ID},
		"1990-05-02": nil,
	} {
		page := ids(o.list(o.one, queue.Filter{Query: query}))
		slices.Sort(page)
		slices.Sort(found)
		if !slices.Equal(page, found) {
			t.Errorf("%q: %v, want %v", query, page, found)
		}
	}
	if got := ids(o.list(o.one, queue.Filter{Query: "ヤマダ", State: models.StateArrived})); !slices.Equal(got, []string{taro.ID}) {
		t.Errorf("with a state: %v", got)
	}
	for _, query := range []string{"%", "123456789018", "ヤマダ1", strings.Repeat("ア", 300), "12", "A2B"} {
		_, _, err := o.service.List(bg, o.one, queue.Filter{Query: query})
		f := casetest.Refused(t, err, fault.CodeInvalidRequest)
		if strings.Contains(f.Error(), query) {
			t.Errorf("%q is repeated: %v", query, f)
		}
	}
}

func TestWhatWasTriedIsSaid(t *testing.T) {
	for typed, want := range map[string][]string{
		"KW72": {queue.TriedReceipt}, "山田": {queue.TriedName}, "やまだ": {queue.TriedReading, queue.TriedName}, "H2.5.1": {queue.TriedBirth},
		"5678": {queue.TriedReceipt, queue.TriedPhone}, "090-1234-5678": {queue.TriedPhone}, "%": nil, "123456789018": nil,
	} {
		if got := queue.Tried(typed); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
	}
}
