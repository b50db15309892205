package web_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/gateway/portal"
	"kosodate.example/onestop/app/gateway/portal/simulator"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// A clerk sees what other sites sent that does not fit, why, and as it was sent; completes it at the counter, or settles it.
func TestWhatOtherSitesSentOnThePages(t *testing.T) {
	s := webtest.New(t)
	clerk := reviewer(s)
	clerk.Get("/staff/intake").Is(http.StatusOK).Shows("ほかのサイトから届いた申請", "まだ届いていません。")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	casetest.Must(t, err)
	public, err := json.Marshal(jose.JSONWebKey{Key: key.Public()})
	casetest.Must(t, err)
	admin := func(name string) models.Actor { return s.Person(t, name, models.RoleAdmin, webtest.Hinata) }
	system, err := s.Core.Propose(context.Background(), admin("one"), casetest.Once(), core.Wanted{Name: "つばさ", Scopes: []string{models.ScopeIntake},
		Networks: []string{"10.0.0.1"}, PerSecond: 5, Keys: string(public), Reason: "r"})
	casetest.Must(t, err)
	_, err = s.Core.Approve(context.Background(), admin("two"), system.ID)
	casetest.Must(t, err)
	var out bytes.Buffer
	_, err = simulator.Make(&out, simulator.Options{System: system.ID, Municipality: webtest.Hinata, Batch: "B1", Key: key, Count: 22,
		Broken: len(simulator.Ways), Seed: 5, Now: time.Now()})
	casetest.Must(t, err)
	files, err := portal.Zip(bytes.NewReader(out.Bytes()), int64(out.Len()))
	casetest.Must(t, err)
	batch, err := portal.Read(files)
	casetest.Must(t, err)
	_, err = s.Intake.Take(context.Background(), "", batch)
	casetest.Must(t, err)

	list := clerk.Get("/staff/intake").Is(http.StatusOK)
	list.Shows("つばさ申請サイト（見本）", "好きな色：この項目をどの質問の答えとするか、決められていません。", "姓と名の間に空白がないので、分けられません。",
		"書類のファイルが、送られた時の内容と違います。", "ほかの市区町村への申請です。", "住所：この質問に答えてください。", "受付番号なし")
	list.Lacks("/form", "intake-", "T09:")
	id := map[string]string{}
	for _, why := range []string{"好きな色", "書類のファイルが、送られた時", "0から始まる"} {
		item := list.Find(`li.card:contains("` + why + `") h3 a`)
		id[why], _ = item.Attr("href")
	}
	item := clerk.Get(id["好きな色"]).Is(http.StatusOK)
	item.Shows("送られた内容", "申請者氏名", "日向", "好きな色", "青", "この項目をどの質問の答えとするか、決められていません。")
	item.Form("受け付けずに終える").Submit().Shows("理由を書いてください")
	clerk.Get(id["好きな色"]).Form("受け付けずに終える").Fill("理由", "電話で確かめました。").Submit().Is(http.StatusOK).Lacks("好きな色")
	clerk.Get(id["好きな色"]).Is(http.StatusOK).Shows("この申請の確認は終わっています。", "電話で確かめました。")
	changed := clerk.Get(id["書類のファイルが、送られた時"]).Is(http.StatusOK)
	changed.Shows("住民票.pdf", "ウイルスを調べて保存する")
	changed.Form("下書きを作る").Submit().Is(http.StatusOK).Shows("下書きを作りました", "下書きに入っていません", "下書きを開く") // its kind is none of that form's
	clerk.Get(id["0から始まる"]).Form("下書きを作る").Submit().Is(http.StatusOK)
	var taken string
	casetest.Must(t, s.App.InTx(context.Background(), models.System(webtest.Hinata, "test"), func(tx *postgres.Tx) error {
		rows, err := tx.ArrivedCases(postgres.Arrivals{Municipality: webtest.Hinata, Limit: 1})
		if err == nil {
			taken = rows[0].ID
		}
		return err
	}))
	clerk.Get("/staff/cases/" + taken).Is(http.StatusOK).Shows("つばさ申請サイト（見本）の受付番号 B1-0000")
	clerk.Get("/staff/intake").Lacks("0から始まる")
	clerk.Get("/staff/counter").Shows("日向")
}
