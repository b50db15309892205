package web_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
)

// Two admins register a core system on their page, one stops it, another ends it; a clerk sees what it made of a case.
func TestACoreSystemOnThePages(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	casetest.Must(t, err)
	private, err := json.Marshal(jose.JSONWebKey{Key: key})
	casetest.Must(t, err)
	public, err := json.Marshal(jose.JSONWebKey{Key: key.Public()})
	casetest.Must(t, err)
	boss := admin(s)
	other := s.As(webtest.Person{Key: "second-admin", Name: "管理 次郎", Roles: []string{"admin@" + webtest.Hinata}})
	again := boss.Get("/admin/core-systems").Is(http.StatusOK).Form("提案する").Fill("名前", "住民情報システム").Fill("接続元", "127.0.0.0/8、203.0.113.9").
		Fill("公開鍵", string(private)).Fill("理由", "受付の引継ぎ").Submit()
	again.Shows("これは秘密鍵です", "受付の引継ぎ")
	if html, _ := again.Html(); strings.Contains(html, `&#34;d&#34;`) {
		t.Error("the private key is shown again")
	}
	again.Form("提案する").Fill("公開鍵", string(public)).Submit().Is(http.StatusOK)
	own := boss.Get("/admin/core-systems").Is(http.StatusOK)
	own.Shows("承認待ち", "203.0.113.9/32", "受け取らない")
	if own.Find(`form[action$="/approve"]`).Length() != 0 {
		t.Error("who proposed it may approve it")
	}
	other.Get("/admin/core-systems").Form("接続を承認する").Submit().Is(http.StatusOK).Shows("接続中")

	systems, err := s.Core.Systems(context.Background(), models.Actor{Role: models.RoleAdmin, Municipality: webtest.Hinata})
	casetest.Must(t, err)
	actor := models.Actor{Person: systems[0].ID, Role: models.RoleCore, Municipality: webtest.Hinata, Purpose: "test"}
	said := core.Acknowledgement{State: models.CoreRefused, Reason: "世帯が見つかりません", Revision: 1}
	casetest.Must(t, s.Core.Acknowledge(context.Background(), actor, id, said))
	clerk := reviewer(s)
	clerk.Get("/staff/cases/"+id).Is(http.StatusOK).Shows("住民情報システム", "受け取りませんでした", "世帯が見つかりません", "基幹システムが取り込みませんでした")

	boss.Get("/admin/core-systems").Form("すぐに止める").Submit().Is(http.StatusOK).Shows("停止中", "別の管理者が決めます")
	other.Get("/admin/core-systems").Form("登録を取り消す").Submit().Is(http.StatusOK).Shows("取消し")
}
