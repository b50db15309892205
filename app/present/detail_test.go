package present_test

import (
	"os"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/wording"
)

func TestADetailIsSaidInEachLanguage(t *testing.T) {
	c, err := catalogue.Load(os.DirFS("../../configs/procedures"))
	if err != nil {
		t.Fatal(err)
	}
	missing := fault.Detail{Code: "missing-document", Text: "x", Document: "income-certificate", Subject: "child-2",
		Params: map[string]string{"reason": evidence.ReasonTrial, "item": "local-tax"}}
	name, item := present.Document(c, "income-certificate", wording.Plain), present.Item(c, "local-tax", wording.Plain)
	asked := missing
	asked.Params = nil
	for _, one := range []struct {
		d    fault.Detail
		lang string
		want string
	}{
		{missing, wording.Plain, "「" + name + "」（子ども2）が ありません。ネットワークを いま ためして います（" + item + "）。だから 出して ください。"},
		{asked, wording.Plain, "「" + name + "」（子ども2）が ありません。役所が 出して くださいと 言って います。"},
		{fault.Detail{Code: "required", Text: "x", Pointer: "/facts/spouse"}, wording.Plain, "この 質問に 答えて ください。"},
		{fault.Detail{Code: "required", Text: "x", Pointer: "/form/a/b"}, wording.Plain, "この 質問に 答えて ください。"},
		{fault.Detail{Code: "required", Text: "x", Pointer: "/reason"}, wording.Plain, ""},
		{fault.Detail{Code: "too-many-files", Text: "x", Params: map[string]string{"limit": "20"}}, wording.Plain, "1つの 申請に つけられる ファイルは 20こまでです。"},
		{fault.Detail{Code: "odd", Text: "Read the document first."}, wording.Japanese, "先に書類を読み取ってください。"},
		{fault.Detail{Code: "too-many-files", Text: "x"}, wording.English, ""},
		{fault.Detail{Code: "odd", Text: "x"}, wording.Japanese, ""},
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
