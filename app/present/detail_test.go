package present_test

import (
	"os"
	"strings"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

func TestADetailIsSaidInEachLanguage(t *testing.T) {
	c, err := catalogue.Load(os.DirFS("../../configs/procedures"))
	if err != nil {
		t.Fatal(err)
	}
	missing := fault.Detail{Code: "missing-document", Document: "income-certificate", Subject: "child-2",
		Params: []fault.Param{fault.Why(evidence.ReasonTrial, "local-tax")}}
	name, item := present.Document(c, "income-certificate", wording.Plain), present.Item(c, "local-tax", wording.Plain)
	asked := missing
	asked.Reason, asked.Params = "asked-document-missing", nil
	for _, one := range []struct {
		d    fault.Detail
		lang string
		want string
	}{
		{missing, wording.Plain, "「" + name + "」（子ども2）が ありません。ネットワークを いま ためして います（" + item + "）。だから 出して ください。"},
		{asked, wording.Plain, "「" + name + "」（子ども2）が ありません。役所が 出して くださいと 言って います。"},
		{fault.Detail{Code: "required", Reason: fault.Answer("required").Reason(), Pointer: "/facts/spouse"}, wording.Plain, "この 質問に 答えて ください。"},
		{fault.Detail{Code: "required", Pointer: "/reason"}, wording.Plain, "ここに 書いて ください。"},
		{fault.Detail{Code: "odd", Reason: "read-first"}, wording.Japanese, "先に書類を読み取ってください。"},
		{fault.Detail{Code: "odd"}, wording.Japanese, ""},
	} {
		if got := present.Detail(c, one.d, one.lang); got != one.want {
			t.Errorf("%+v in %s: %q, want %q", one.d, one.lang, got, one.want)
		}
	}
	if got := present.Event(c, "hand-in", "income-certificate/applicant", wording.Plain); got != "「"+name+"」を 出しました。" {
		t.Error(got)
	}
	change := evidence.Change{Kind: evidence.NowOmitted, After: &evidence.Requirement{Document: "income-certificate"}}
	if got := present.Change(c, change, wording.Plain); got != "「"+name+"」は 出さなくて よく なりました。役所が ネットワークで しらべます。" {
		t.Error(got)
	}
}

// A parameter is written as people of the language write it; what is for programs is written nowhere.
func TestParametersAreWrittenAsPeopleWriteThem(t *testing.T) {
	for lang, want := range map[string]string{
		wording.Japanese: "この手続の受付は、2026年6月1日に終わりました。市区町村の窓口に相談してください。",
		wording.Plain:    "この 手続は、2026年6月1日で おわりました。役所の 窓口で 聞いて ください。",
		wording.English:  "The municipality took applications until 1 June 2026. Ask its office.",
	} {
		closed := fault.New(fault.Conflict, fault.CodeProcedureClosed, "open-no-more", fault.Day("day", jp.Date{Year: 2026, Month: 6, Day: 1}))
		if got := present.Fault(closed, lang); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
	large := fault.New(fault.TooLarge, fault.CodeTooLarge, "file-too-large", fault.Size("limit", 20<<20))
	if got := present.Fault(large, wording.English); !strings.HasPrefix(got, "The file is larger than 20 MB.") {
		t.Error(got)
	}
	for n, want := range map[int64]string{20 << 20: "20MB", 1536: "1,536バイト", 64 << 10: "64KB", 1_234_567 << 20: "1,234,567MB"} {
		if got := present.Size(n, wording.Japanese); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	many := fault.Detail{Code: "too-many-files", Params: []fault.Param{fault.Number("limit", 1200), fault.Ref("hidden", "x")}}
	if got := present.Detail(nil, many, wording.Plain); !strings.HasPrefix(got, "1つの 申請に つけられる ファイルは 1,200こまでです。") {
		t.Error(got)
	}
}

func TestASizeIsWrittenAsPeopleReadIt(t *testing.T) {
	for n, want := range map[int64]string{15: "1KB", 1 << 10: "1KB", 340_000: "333KB", 1 << 20: "1MB", 1_800_000: "2MB", 20 << 20: "20MB"} {
		if got := present.About(n, wording.Japanese); got != want {
			t.Errorf("%d bytes are %q, want %q", n, got, want)
		}
	}
}
