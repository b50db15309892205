package jp

import "strings"

// variants are characters that registers and people write one for the other (旧字, 異体字), each beside the one that stands for all.
var variants = func() map[rune]rune {
	out := map[rune]rune{}
	for pair := range strings.FieldsSeq("澤沢 邊辺 邉辺 齋斎 齊斉 髙高 﨑崎 碕崎 嵜崎 廣広 眞真 嶋島 嶌島 櫻桜 濵浜 濱浜 國国 圓円 德徳 瀨瀬 條条 會会 龍竜 瀧滝 澁渋 澀渋 榮栄 豐豊 藏蔵 萬万 與与 壽寿 鐵鉄 鹽塩 " +
		"關関 舊旧 淺浅 惠恵 應応 處処 聲声 縣県 黑黒 淵渕 峯峰 桒桑 栁柳 曻昇 冨富 槇槙 祢禰 薮藪 靑青 曾曽 當当 鷗鴎 鹼鹸 寶宝 麵麺 嶽岳 灣湾 佛仏 戶戸 靜静 圍囲 團団 學学 竝並 " +
		"彥彦 每毎 步歩 鄕郷 郞郎 舘館 鷄鶏 龜亀") {
		r := []rune(pair)
		out[r[0]] = r[1]
	}
	return out
}()

// Modern is the character that stands for all its variants: 沢 for 澤. It is for comparing alone: names are stored and shown as they are
// registered (P11).
func Modern(r rune) rune {
	if one, ok := variants[r]; ok {
		return one
	}
	return r
}
