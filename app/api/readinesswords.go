package api

import (
	"math"
	"strconv"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/catalogue"
)

// missingTexts say what the trial of a pair lacks to reach a threshold.
var missingTexts = map[string]catalogue.Text{
	operate.LackingCases: {Ja: "比較した書類が{have}件です。あと{lacking}件必要です（基準{need}件以上）。",
		Plain: "くらべた 書類は {have}件です。あと {lacking}件 ひつようです。（めやす：{need}件）",
		En:    "{have} documents were compared; {lacking} more are needed (at least {need})."},
	operate.LackingAgreement: {Ja: "一致率が{have}%で、基準の{need}%に届いていません。このあと続けて{lacking}件一致すると届きます。",
		Plain: "おなじ けっかに なった わりあいは {have}%です。{need}%が ひつようです。あと {lacking}件 つづけて おなじに なると とどきます。",
		En:    "{have} % agreed; {need} % are needed. It is reached when the next {lacking} all agree."},
	"agreement-never": {Ja: "一致率が{have}%です。基準は{need}%のため、これまでの相違がある限り届きません。",
		Plain: "おなじ けっかに なった わりあいは {have}%です。{need}%が ひつようです。いままでに ちがいが あったので、とどきません。",
		En:    "{have} % agreed; {need} % are needed, which cannot be reached after the differences so far."},
	operate.LackingOpen: {Ja: "終わっていない齟齬が{have}件あります。あと{lacking}件終わらせてください（基準{need}件以下）。",
		Plain: "おわっていない ちがいの しらべが {have}件 あります。あと {lacking}件 おわらせて ください。（めやす：{need}件まで）",
		En:    "{have} discrepancies are open; close {lacking} of them (at most {need})."},
}

// missingThreshold says it in a language: ja, plain or en.
func missingThreshold(m operate.Missing, lang string) string {
	text, have, need := missingTexts[m.Threshold], count(m.Have), count(m.Need)
	if m.Threshold == operate.LackingAgreement {
		have, need = percent(m.Have), percent(m.Need)
		if m.Lacking == 0 {
			text = missingTexts["agreement-never"]
		}
	}
	return fill(text.In(lang), "have", have, "need", need, "lacking", strconv.FormatInt(m.Lacking, 10))
}

func count(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// percent writes a part as percent with two decimals at most, cut off: 94.999 is not yet 95.
func percent(part float64) string {
	return strconv.FormatFloat(math.Floor(part*10_000+1e-6)/100, 'f', -1, 64)
}

// triedTexts name what a municipality tries before a switch.
var triedTexts = map[string]catalogue.Text{
	"counter":   {Ja: "窓口で試した", Plain: "まどぐちで ためした", En: "Tried at the counter"},
	"terminals": {Ja: "端末で試した", Plain: "たんまつで ためした", En: "Tried on the terminals"},
	"workflow":  {Ja: "事務の流れを試した", Plain: "しごとの ながれを ためした", En: "Workflow tried"},
}
