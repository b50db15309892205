package say_test

import (
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest/editiontest"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

func TestAConditionIsASentence(t *testing.T) {
	c := editiontest.Load(t)
	s := condition.Of(c, c.Procedure("claim").Latest(), "child")
	for text, want := range map[string][3]string{
		"":      {"いつも", "いつも", "always"},
		"false": {"求めない", "いつも ない", "never"},
		"facts.has_spouse && other(facts.spouse.jan1_municipality)": {
			"「配偶者がいますか」が「はい」であり、かつ「配偶者」の「1月1日の住所」が申請先以外の国内の市区町村であるとき",
			"「夫か 妻が いますか」が 「はい」で、そして 「夫か 妻」の 「1月1日の 住所」が、申請する 市区町村とは ちがう 日本の 市区町村で ある とき",
			"if “Do you have a spouse?” is “Yes” and “Address on 1 January” of “Your spouse” is a municipality in Japan other than the one applied to",
		},
		"!(facts.has_spouse || facts.older_siblings > 2)": {
			"「配偶者がいますか」が「いいえ」であり、かつ「18歳から22歳の子の数」が2以下であるとき",
			"「夫か 妻が いますか」が 「いいえ」で、そして 「18さいから 22さいの 子の 数」が 2か、それより 少ない 数で ある とき",
			"if “Do you have a spouse?” is “No” and “Number of children from 18 to 22” is 2 or less",
		},
		"facts.payee == 'other' || facts.children.exists(c, c.relationship == 'foster' && age_on(c.birth_date, filing_date) < 3)": {
			"「受取先」が「ほかの口座」であるか、または「子ども」のうち、「続柄」が「里子」であり、かつ「生年月日」から数えた申請の日の年齢が3歳未満であるものがあるとき",
			"「お金を もらう ところ」が 「ほかの 口座」で あるか、または 「子ども」の 中に、「あなたとの 関係」が 「里子」で、そして 「生まれた 日」から 数えた、" +
				"申請する 日の ねんれいが 3さいより 下で ある ものが ある とき",
			"if “Where to pay” is “Another account” or there is at least one of “Children” for which “Relation” is “Foster child” and the age by “Date of birth” " +
				"on the filing date is less than 3",
		},
		"facts.children.all(c, c.relationship == 'child')": {
			"「子ども」のうち、「続柄」が「子」ではないものがないとき",
			"「子ども」の 中に、「あなたとの 関係」が 「子」では ない ものが ない とき",
			"if there is no entry of “Children” for which “Relation” is not “Child”",
		},
		"facts.has_spouse ? child.relationship == 'child' : facts.payee in ['public', 'other']": {
			"（「配偶者がいますか」が「はい」であり、かつ「続柄」が「子」である）か、または（「配偶者がいますか」が「いいえ」であり、かつ「受取先」が「公金受取口座」か「ほかの口座」である）とき",
			"（「夫か 妻が いますか」が 「はい」で、そして 「あなたとの 関係」が 「子」で ある）か、または （「夫か 妻が いますか」が 「いいえ」で、そして " +
				"「お金を もらう ところ」が 「公金受取口座」か 「ほかの 口座」で ある） とき",
			"if (“Do you have a spouse?” is “Yes” and “Relation” is “Child”) or (“Do you have a spouse?” is “No” and “Where to pay” is “Public account” or " +
				"“Another account”)",
		},
		"months_since(month_after_age(child.birth_date, 3), filing_date) >= 60": {
			"「生年月日」から数えて3歳になる月の翌月から申請の日までの月数が60か月以上であるとき",
			"「生まれた 日」から 数えて 3さいに なる 月の つぎの 月から 申請する 日までの 月の 数が 60か月か、それより 多い 数で ある とき",
			"if the number of months from the month after the age of 3 is reached by “Date of birth” to the filing date is 60 or more",
		},
		"has(facts.spouse) && facts.spouse.jan1_municipality == 'abroad'": {
			"「配偶者」の答えがあり、かつ「配偶者」の「1月1日の住所」が「海外」であるとき",
			"「夫か 妻」の 答えが あって、そして 「夫か 妻」の 「1月1日の 住所」が 「外国」で ある とき",
			"if “Your spouse” is answered and “Address on 1 January” of “Your spouse” is “abroad”",
		},
		"filing_date <= school_year_end(child.birth_date, 3)": {
			"申請の日が「生年月日」から数えて3歳になる年度の3月31日以前であるとき",
			"申請する 日が、「生まれた 日」から 数えて 3さいに なった あとの、はじめての 3月31日か、それより 前で ある とき",
			"if the filing date is on or before the end of the school year in which the age of 3 is reached by “Date of birth”",
		},
	} {
		for i, lang := range wording.Languages {
			if got, whole := say.When(text, s, lang); got != want[i] || !whole {
				t.Errorf("%s\n%s (%t), want\n%s", text, got, whole, want[i])
			}
		}
	}
	if got, whole := say.When("facts.nothing == 3 && facts.has_spouse", s, wording.Japanese); whole ||
		got != "「facts.nothing == 3」が成り立ち、かつ「配偶者がいますか」が「はい」であるとき" {
		t.Errorf("%t %s", whole, got)
	}
	if got, whole := say.When("facts.a &&", s, wording.Japanese); whole || !strings.HasPrefix(got, "「facts.a &&」") {
		t.Errorf("half a condition: %t %s", whole, got)
	}
}

const third = "facts.older_siblings >= 1 && size(facts.children) + facts.older_siblings >= 3"

func TestAChangeIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		changes []string
		want    [3]string
	}{
		"who is asked": {[]string{"claim.yaml", third, "facts.older_siblings >= 1"}, [3]string{
			"第3子以降の確認書（申請者）：求める人が増えます。求める条件が変わります。変更前：「18歳から22歳の子の数」が1以上であり、かつ「子ども」の数と「18歳から22歳の子の数」の合計が3以上であるとき。変更後：「18歳から22歳の子の数」が1以上であるとき。",
			"3人目からの 子どもの 確認の 紙（申請する 人）：出す 人が ふえます。出す ときが かわります。前は 「18さいから 22さいの 子の 数」が 1か、それより 多い 数で、そして " +
				"「子ども」の 数と 「18さいから 22さいの 子の 数」を たした 数が 3か、それより 多い 数で ある とき。後は 「18さいから 22さいの 子の 数」が 1か、それより 多い 数で ある とき。",
			"Third-child confirmation (applicant): More people are asked for it. When it is asked for: changed. Before: if “Number of children from 18 to 22” " +
				"is 1 or more and the sum of " +
				"the number of “Children” and “Number of children from 18 to 22” is 3 or more. After: if “Number of children from 18 to 22” is 1 or more.",
		}},
		"a text of one language": {[]string{"claim.yaml", "plain: 子どもを そだてている 人", "plain: 子どもと いる 人"}, [3]string{
			"対象となる人のやさしい日本語が変わります。変更前：「子どもを そだてている 人」。変更後：「子どもと いる 人」。",
			"手続を する 人が かわります。前は 「子どもを そだてている 人」。後は 「子どもと いる 人」。",
			"Who may apply: changed in plain Japanese. Before: 「子どもを そだてている 人」. After: 「子どもと いる 人」.",
		}},
		"an item": {[]string{"claim.yaml", ", item: local-tax, source", ", source"}, [3]string{
			"所得証明書（配偶者）：紙で出す人が増えます。書類に代わる情報がなくなります。これまで：住民税の情報。",
			"入った お金の 証明書（夫または 妻）：紙を 出す 人が ふえます。書類の かわりに なる 記録が なくなります。前は 税金の 記録。",
			"Income certificate (spouse): More people bring the paper. Item that replaces it: gone. Before: Local tax.",
		}},
		"the deadline": {[]string{"claim.yaml", "kind: days, days: 15,", "kind: window, from: \"06-01\", to: \"06-30\","}, [3]string{
			"期限の数え方が変わります。変更前：15日以内。変更後：毎年6月1日から6月30日まで。",
			"いつまでかの 数えかたが かわります。前は 15日までに 出す。後は 毎年 6月1日から 6月30日まで。",
			"How the deadline is counted: changed. Before: within 15 days. After: each year from 1 June to 30 June.",
		}},
		"a choice": {[]string{"claim.yaml", "ja: 里子", "ja: 里子（委託）"}, [3]string{
			"「続柄」：選択肢の言葉が変わります。変更前：「里子」。変更後：「里子（委託）」。", "", "",
		}},
		"an original": {[]string{"claim.yaml", "        source: [survey]", "        original: true\n        source: [survey]"}, [3]string{
			"通帳の写し（申請者）：原本の提示が加わります。", "通帳の コピー（申請する 人）：コピーでは ない 紙が ふえます。", "Copy of the bank book (applicant): The original has to be shown: new.",
		}},
	} {
		before, after := editiontest.Load(t), editiontest.Load(t, c.changes...)
		changes := diff.Compare(before, after, nil)
		if len(changes) != 1 {
			t.Fatalf("%s: %+v", name, changes)
		}
		for i, lang := range wording.Languages {
			got := say.Change(before, after, changes[0], lang)
			if want := c.want[i]; want != "" && got.Text != want {
				t.Errorf("%s\n%s, want\n%s", name, got.Text, want)
			}
			if got.Procedure == "" || got.Versions == "" {
				t.Errorf("%s: nobody knows where: %+v", name, got)
			}
		}
	}
}

func TestEveryKindOfChangeAndFindingHasItsWords(t *testing.T) {
	has := func(name string) {
		t.Helper()
		if _, ok := wording.Of(name); !ok {
			t.Errorf("%s has no text", name)
		}
	}
	for _, kind := range diff.Kinds {
		has("diff-what-" + kind)
	}
	for _, direction := range []string{diff.More, diff.Fewer, diff.Other} {
		has("diff-rule-" + direction)
		has("diff-bring-" + direction)
		has("diff-question-" + direction)
	}
	for _, code := range lint.Codes {
		has("lint-" + code)
	}
	for _, kind := range []string{catalogue.DeadlineNone, catalogue.DeadlineDays, catalogue.DeadlineWindow, catalogue.DeadlineOffering,
		catalogue.DeadlineWithoutDelay, catalogue.DeadlineMayor, catalogue.DeadlinePayMonth} {
		has("diff-deadline-" + kind)
	}
	for _, level := range []string{catalogue.SignatureNone, catalogue.SignatureLogin, catalogue.SignatureRequired} {
		has("diff-signature-" + level)
	}
	for _, writer := range []string{catalogue.WriterApplicant, catalogue.WriterThirdParty, catalogue.WriterOffice} {
		has("diff-writer-" + writer)
	}
}

func TestAFindingIsSaid(t *testing.T) {
	c := editiontest.Load(t, "_common.yaml", "ja: 所得証明書", "ja: 所得証明書・課税証明書", "claim.yaml", "item: local-tax, source: [act-7]}", "item: local-tax}")
	one := condition.Case{Procedure: "claim", Municipality: "998010", Filed: jp.Date{Year: 2026, Month: 5, Day: 1},
		Facts: []byte(`{"has_spouse":false,"children":[{"birth_date":"2025-05-10","relationship":"child"}],"older_siblings":2,"payee":"other"}`)}
	var ja, en []string
	for _, f := range lint.Check(lint.Input{Catalogue: c, Cases: []condition.Case{one}, Today: jp.Date{Year: 2027, Month: 6, Day: 6}}) {
		ja, en = append(ja, say.Finding(c, f, wording.Japanese)), append(en, say.Finding(c, f, wording.English))
	}
	for _, want := range []string{
		"所得証明書・課税証明書（配偶者）：求める根拠が書かれていません。",
		"所得証明書・課税証明書（配偶者）：2つ以上の書類の名前に見えます。情報連携で代わるのが一方だけなら、書類を分けてください。",
		"通帳の写し（申請者）：最後に確かめたのは2026年5月1日です。もう一度確かめてください。",
		"「手当の請求」の「配偶者がいますか」に「はい」と答える事例がありません。",
		"「手当の請求」の「続柄」に「里子」と答える事例がありません。",
		"通帳の写し（申請者）：次の条件で求められる事例がありません。「子ども」のうち、「続柄」が「里子」であり、かつ「生年月日」から数えた申請の日の年齢が3歳未満であるものがあるとき。",
	} {
		if !slices.Contains(ja, want) {
			t.Errorf("%s is not in\n%s", want, strings.Join(ja, "\n"))
		}
	}
	if want := "“Claim for the allowance”: no case answers “Relation” with “Foster child”."; !slices.Contains(en, want) {
		t.Errorf("%s is not in\n%s", want, strings.Join(en, "\n"))
	}
	for _, said := range ja {
		if letters.MatchString(said) || strings.ContainsAny(said, "{}") {
			t.Errorf("a code or another language in %s", said)
		}
	}
}
