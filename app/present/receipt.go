package present

import (
	"fmt"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/wording"
)

// The values of a receipt that are signed, as the page names them.
const (
	ReceiptNumber       = "number"
	ReceiptArrived      = "arrived"
	ReceiptProcedure    = "procedure"
	ReceiptMunicipality = "municipality"
	ReceiptClaim        = "claim"
	ReceiptDeadline     = "deadline"
	ReceiptLate         = "late"
	ReceiptRules        = "rules"       // the national edition that decided
	ReceiptLocalRules   = "local-rules" // the municipality's
)

// ReceiptBefore is how the pages of receipts wrote the days of a statement before 2027: those that people saved stay true.
func ReceiptBefore(s *receipt.Statement) receipt.Shown {
	at := s.ArrivedAt.In(jp.JST)
	second := at.Format("2006-01-02 15:04:05")
	if s.Language == wording.English {
		return receipt.Shown{ReceiptArrived: second + " (Japan time)", ReceiptClaim: s.ClaimOn, ReceiptDeadline: s.DeadlineOn}
	}
	out := receipt.Shown{ReceiptArrived: jp.Era(jp.DateIn(at)) + at.Format(" 15時04分05秒") + "（" + second + "）"}
	for name, day := range map[string]string{ReceiptClaim: s.ClaimOn, ReceiptDeadline: s.DeadlineOn} {
		if d, err := jp.ParseDate(day); err == nil {
			out[name] = day + "（" + jp.Era(d) + "）"
		}
	}
	return out
}

// Receipt writes the values of a statement as its page shows them, in the statement's language. The page is made of it, and
// whoever checks a saved page compares with it, so that both say the same. A value that the page does not show is missing.
func Receipt(s *receipt.Statement) receipt.Shown {
	at := s.ArrivedAt.In(jp.JST)
	out := receipt.Shown{ReceiptNumber: s.Number, ReceiptProcedure: s.Procedure.Name, ReceiptMunicipality: s.Place.Name}
	if day := jp.DateIn(at); s.Language == wording.English {
		out[ReceiptArrived] = Date(day, s.Language) + at.Format(", 15:04:05 (Japan time)")
	} else {
		out[ReceiptArrived] = InEra(day, s.Language) + fmt.Sprintf(" %d時%02d分%02d秒", at.Hour(), at.Minute(), at.Second())
	}
	if s.ClaimOn != "" {
		out[ReceiptClaim] = Day(s.ClaimOn, s.Language)
	}
	if s.DeadlineOn != "" {
		out[ReceiptDeadline] = Day(s.DeadlineOn, s.Language)
		if s.Late {
			out[ReceiptLate] = wording.In("receipt-page-late", s.Language)
		}
	}
	for i, name := range []string{ReceiptRules, ReceiptLocalRules} {
		if i < len(s.Editions) {
			out[name] = Rules(s.Editions[i], s.Place.Name, s.Language)
		}
	}
	return out
}
