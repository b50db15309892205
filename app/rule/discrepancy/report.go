package discrepancy

import (
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// Case is what the report of what happened (顛末報告) says of one file (R7). Nothing in it is personal: no name, no fact, no
// receipt number; WhatHappened is a reviewer's text, which was checked when it was written.
type Case struct {
	Municipality string // code
	Procedure    string // name, or code
	Item         string // name, or code
	Affair       string // code of the affair (事務)
	Kind         models.DiscrepancyKind
	Result       string   // of no-answer: the network's result code
	Fields       []string // labels, or names, of what differed, without values

	OpenedAt     time.Time
	ClosedAt     *time.Time // nil: still open
	Steps        []Taken    // in the order in which they were taken
	Cause        Cause      // "" while nobody knows
	Provider     string     // code of the body that holds the item; "" if the network did not say
	Similar      *int       // similar records found; nil: not looked for
	WhatHappened string
	Basis        string // BasisAnswer, BasisDocument; "" while the file is open
}

// Taken is one step that was taken.
type Taken struct {
	Step Step
	At   time.Time
}

// ReportHeader is the first row of the report.
var ReportHeader = []string{"市区町村コード", "手続", "特定個人情報", "事務コード", "齟齬の種類", "情報連携の結果", "相違した項目", "発生日", "終結日",
	"対応の経過", "原因", "情報提供者", "類似の誤りの件数", "顛末", "処理の根拠"}

// Words of the report.
var (
	kindWords  = map[models.DiscrepancyKind]string{models.DiscrepancyFacts: "記載内容の相違", models.DiscrepancyOutcome: "判定結果の相違", models.DiscrepancyNoAnswer: "回答なし"}
	basisWords = map[string]string{BasisAnswer: "情報連携の回答", BasisDocument: "添付書類"}
	causeWords = map[Cause]string{CauseOwn: "照会者（自団体）", CauseOwnOperation: "照会者の操作", CauseOwnSystem: "照会者のシステム", CauseProvider: "提供者のデータ",
		CauseDocument: "添付書類の誤り", CauseUnknown: "不明", CauseSlip: "読み取りの誤り（データの相違なし）"}
	stepWords = map[Step]string{StepOperationChecked: "自団体の操作を確認", StepSystemChecked: "自団体のシステムを確認", StepOwnCorrected: "自団体の誤りを修正",
		StepProviderAsked: "提供者に確認を依頼", StepCorrected: "提供者が訂正", StepConfirmed: "提供者が正しいことを確認", StepCannotConfirm: "提供者が確認できず",
		StepSimilarChecked: "類似の誤りを調査", StepMinistryAsked: "省庁に照会", StepMinistryTold: "省庁に連絡", StepReported: "顛末を報告", StepClosed: "終結", StepSlip: "読み取りの誤りを訂正"}
)

// withheld stands for a text that looks as if it held an individual number (P4).
const withheld = "（番号と思われる記載があるため省略）"

// Row is a file's row of the report, in the order of ReportHeader. Days are YYYY-MM-DD in Japan. No cell is a formula to a
// spreadsheet, and none holds what looks like an individual number.
func Row(c Case) []string {
	steps := make([]string, len(c.Steps))
	for i, s := range c.Steps {
		steps[i] = day(&s.At) + " " + word(stepWords, s.Step)
	}
	similar := ""
	if c.Similar != nil {
		similar = strconv.Itoa(*c.Similar)
	}
	row := []string{c.Municipality, c.Procedure, c.Item, c.Affair, word(kindWords, c.Kind), c.Result, strings.Join(c.Fields, "、"), day(&c.OpenedAt),
		day(c.ClosedAt), strings.Join(steps, "、"), word(causeWords, c.Cause), c.Provider, similar, c.WhatHappened, word(basisWords, c.Basis)}
	for i, cell := range row {
		if individual.InText(cell) {
			cell = withheld
		}
		row[i] = Neutralise(cell)
	}
	return row
}

// word is what a code is called in the report; one that is not known stays as it is.
func word[K ~string](words map[K]string, code K) string {
	if w, ok := words[code]; ok {
		return w
	}
	return string(code)
}

func day(at *time.Time) string {
	if at == nil || at.IsZero() {
		return ""
	}
	return jp.DateIn(*at).String()
}
