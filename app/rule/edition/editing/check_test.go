package editing_test

import (
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/editing"
)

// said are faults as "pointer reason".
func said(details []fault.Detail) (out []string) {
	for _, d := range details {
		out = append(out, d.Pointer+" "+string(d.Sentence()))
	}
	return out
}

func TestWhatOfADocumentCannotBeKept(t *testing.T) {
	c := national(t)
	for name, x := range map[string]struct {
		change func(p *editing.Paper)
		want   []string
	}{
		"nothing":          {func(*editing.Paper) {}, nil},
		"no English":       {func(p *editing.Paper) { p.Name.En = " " }, []string{"/name/en write-english"}},
		"no plain":         {func(p *editing.Paper) { p.Help.Plain = "" }, []string{"/help/plain write-plain"}},
		"no text":          {func(p *editing.Paper) { p.Obtain.Ja = "" }, []string{"/obtain/ja write-japanese"}},
		"too long":         {func(p *editing.Paper) { p.Name.Ja = strings.Repeat("紙", 101) }, []string{"/name/ja limit-too-long"}},
		"too hard":         {func(p *editing.Paper) { p.Accept.Plain = "紙を 提出します。" }, []string{"/accept/plain plain-hard-word"}},
		"a number":         {func(p *editing.Paper) { p.Basis = "番号 123456789018" }, []string{"/basis answer-individual-number"}},
		"the applicant's":  {func(p *editing.Paper) { p.Writer = catalogue.WriterApplicant }, []string{"/writer choose-writer"}},
		"no procedure":     {func(p *editing.Paper) { p.Asked[0].Procedure = "x" }, []string{"/asked/0 choose-whose"}},
		"no such person":   {func(p *editing.Paper) { p.Asked[0].Subject = "supporter" }, []string{"/asked/0 choose-whose"}},
		"twice":            {func(p *editing.Paper) { p.Asked[1] = p.Asked[0] }, []string{"/asked/1 asked-twice"}},
		"no expression":    {func(p *editing.Paper) { p.Asked[0].When = "facts.x >" }, []string{"/asked/0/when expression-unreadable"}},
		"an unknown fact":  {func(p *editing.Paper) { p.Asked[1].When = "facts.no_such_fact" }, []string{"/asked/1/when expression-unreadable"}},
		"no yes and no":    {func(p *editing.Paper) { p.Asked[1].When = "1 + 1" }, []string{"/asked/1/when expression-unreadable"}},
		"a long condition": {func(p *editing.Paper) { p.Asked[1].When = strings.Repeat("true && ", 300) + "true" }, []string{"/asked/1/when limit-too-long"}},
	} {
		p := survey
		p.Asked = slices.Clone(survey.Asked)
		x.change(&p)
		if got := said(p.Check(c, c, true)); !slices.Equal(got, x.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	hard := survey
	hard.Accept.Plain = "紙を 提出します。"
	if got := hard.Check(c, c, false); len(got) > 0 {
		t.Errorf("what is hard to read cannot be kept at all: %q", said(got))
	}
}

func TestWhatOfALookUpCannotBeKept(t *testing.T) {
	c := national(t)
	fixed := slices.IndexFunc(editing.Rules(c, "child-allowance-claim"), func(r *catalogue.Rule) bool { return r.Fixed })
	rule := editing.Rules(c, "child-allowance-claim")[fixed]
	reason := catalogue.Text{Ja: "記録で確認します。", Plain: "記録で わかります。", En: "By our records."}
	for name, x := range map[string]struct {
		lookUp editing.LookUp
		want   []string
	}{
		"right":       {editing.LookUp{Procedure: "child-allowance-claim", Document: "dv-protection-proof", Subject: "applicant", Reason: reason}, nil},
		"none chosen": {editing.LookUp{Procedure: "child-allowance-claim", Reason: reason}, []string{"/document choose-document"}},
		"a fixed one": {editing.LookUp{Procedure: "child-allowance-claim", Document: rule.Document, Subject: rule.Subject, Reason: reason},
			[]string{"/document document-fixed"}},
		"without reason": {editing.LookUp{Procedure: "child-allowance-claim", Document: "dv-protection-proof", Subject: "applicant"},
			[]string{"/reason/ja write-japanese", "/reason/plain write-plain", "/reason/en write-english"}},
	} {
		if got := said(x.lookUp.Check(c, true)); !slices.Equal(got, x.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
