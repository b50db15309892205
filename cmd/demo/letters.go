package main

import (
	"context"
	"strings"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/models"
)

// seedLetters gives the demo's municipalities what their letters say, and texts to begin with; once.
func seedLetters(ctx context.Context, a *app.App, importer models.Actor) error {
	for code, m := range map[string]struct{ name, mayor, post string }{hinata: {"ひなた市", "日向　太郎", "〒000-0001"}, minato: {"みなと町", "湊　一郎", "〒000-0002"},
		mori: {"もり村", "森　次郎", "〒000-0003"}} {
		now, err := a.Operate.Letters(ctx, importer, code)
		if err != nil {
			return err
		}
		if now.Now.Version > 0 {
			continue
		}
		if err := a.Operate.PutLetters(ctx, importer, models.LetterSettings{
			Municipality: code, Prefix: strings.TrimRight(m.name, "市町村") + "子", MayorTitle: m.name + "長", MayorName: m.mayor,
			Address: m.post + "　" + m.name + "中央1丁目1番1号", Contact: "平日 8時30分から17時15分まで", Seal: models.SealSpace,
			Appeal: "この決定に不服がある場合は、この決定があったことを知った日の翌日から起算して3か月以内に、" + m.name + "長に対して審査請求をすることができます。",
			Suit: "この決定の取消しを求める訴えは、この決定があったことを知った日の翌日から起算して6か月以内に、" + m.name + "を被告として（" + m.name +
				"長が被告の代表者となります。）提起することができます。",
		}); err != nil {
			return err
		}
		for _, b := range texts() {
			b.Municipality, b.Procedure = code, operate.All
			if _, err := a.Operate.PutBoilerplate(ctx, importer, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// texts are those with which the demo's staff begin (文例).
func texts() []operate.Boilerplate {
	days := 14
	one := func(kind boilerplate.Kind, name, text string) operate.Boilerplate {
		return operate.Boilerplate{Boilerplate: models.Boilerplate{Name: name}, Kind: kind, Texts: map[string]string{boilerplate.Text: text}}
	}
	correction := one(boilerplate.Correction, "書類が読み取れない",
		"{氏名}様\n「{手続名}」（{受付番号}）の書類の写真が読み取れません。文字が読める写真を、{期限}までにもう一度送ってください。\n{市区町村}　{担当課}（電話 {電話}）")
	correction.DueDays = &days
	return []operate.Boilerplate{correction,
		one(boilerplate.Reason, "要件を満たさない", "「{手続名}」の要件を満たしていることを、提出された書類では確認できないため。"),
		one(boilerplate.Reason, "書類の提出がない", "お願いした書類が期限までに提出されず、要件を確認できないため。"),
		one(boilerplate.Approved, "振込の予定", "手当は、届け出た口座に振り込みます。振込の日が決まりましたら、お知らせします。"),
		one(boilerplate.Other, "連絡先の変更", "住所や口座が変わったときは、{担当課}（電話 {電話}）に届け出てください。"),
		{Boilerplate: models.Boilerplate{Name: "窓口の休み"}, Kind: boilerplate.Message, Texts: map[string]string{
			"title-ja": "窓口の休みのお知らせ", "text-ja": "{市区町村}の{担当課}は、12月29日から1月3日まで休みます。お急ぎの方は、28日までにご連絡ください（電話 {電話}）。",
			"title-plain": "窓口の 休みの お知らせ", "text-plain": "{担当課}は、12月29日から 1月3日まで 休みです。いそぐ 人は、28日までに 電話して ください（{電話}）。",
			"title-en": "Closed at the turn of the year",
			"text-en":  "Our office is closed from 29 December to 3 January. If it is urgent, call before the 28th ({電話})."}},
	}
}
