package jp

import "strings"

// variants are characters that registers and people write one for the other (旧字, 異体字), each beside the one that stands for all: the
// old forms of the list of characters in common use (常用漢字表), and what registers have beside them.
var variants = func() map[rune]rune {
	out := map[rune]rune{}
	for pair := range strings.FieldsSeq("澤沢 邊辺 邉辺 齋斎 齊斉 髙高 﨑崎 碕崎 嵜崎 廣広 眞真 嶋島 嶌島 櫻桜 濵浜 濱浜 國国 圓円 德徳 瀨瀬 條条 會会 龍竜 瀧滝 澁渋 澀渋 榮栄 豐豊 藏蔵 萬万 與与 壽寿 鐵鉄 鹽塩 " +
		"關関 舊旧 淺浅 惠恵 應応 處処 聲声 縣県 黑黒 淵渕 峯峰 桒桑 栁柳 曻昇 冨富 槇槙 祢禰 薮藪 靑青 曾曽 當当 鷗鴎 鹼鹸 寶宝 麵麺 嶽岳 灣湾 佛仏 戶戸 靜静 圍囲 團団 學学 竝並 " +
		"彥彦 每毎 步歩 鄕郷 郞郎 舘館 鷄鶏 龜亀 " +
		"亞亜 惡悪 壓圧 醫医 稻稲 隱隠 營営 衞衛 驛駅 緣縁 艷艶 奧奥 橫横 歐欧 黃黄 溫温 穩穏 假仮 價価 壞壊 懷懐 繪絵 擴拡 覺覚 " +
		"樂楽 卷巻 陷陥 勸勧 寬寛 歡歓 觀観 氣気 歸帰 戲戯 犧犠 據拠 擧挙 峽峡 狹狭 曉暁 勳勲 薰薫 徑径 揭掲 溪渓 經経 繼継 莖茎 " +
		"螢蛍 輕軽 藝芸 儉倹 劍剣 圈圏 檢検 權権 獻献 險険 顯顕 驗験 嚴厳 效効 恆恒 鑛鉱 號号 濟済 碎砕 劑剤 册冊 雜雑 參参 慘惨 " +
		"棧桟 蠶蚕 贊賛 殘残 絲糸 齒歯 兒児 辭辞 濕湿 實実 舍舎 寫写 釋釈 收収 從従 獸獣 縱縦 肅粛 緖緒 敍叙 獎奨 將将 燒焼 稱称 " +
		"證証 乘乗 剩剰 壤壌 孃嬢 淨浄 疊畳 穰穣 讓譲 釀醸 囑嘱 觸触 寢寝 愼慎 盡尽 粹粋 醉酔 穗穂 隨随 髓髄 樞枢 數数 攝摂 竊窃 " +
		"專専 戰戦 潛潜 纖繊 踐践 錢銭 禪禅 雙双 壯壮 搜捜 插挿 爭争 總総 聰聡 莊荘 裝装 騷騒 增増 臟臓 卽即 屬属 續続 墮堕 體体 " +
		"對対 帶帯 滯滞 臺台 擇択 單単 擔担 膽胆 彈弾 斷断 遲遅 晝昼 蟲虫 鑄鋳 廳庁 敕勅 鎭鎮 遞逓 轉転 點点 傳伝 黨党 盜盗 獨独 " +
		"讀読 屆届 繩縄 惱悩 腦脳 霸覇 廢廃 拜拝 賣売 麥麦 發発 髮髪 拔抜 蠻蛮 祕秘 甁瓶 拂払 變変 舖舗 襃褒 沒没 飜翻 滿満 默黙 " +
		"彌弥 藥薬 譯訳 搖揺 樣様 謠謡 遙遥 來来 賴頼 亂乱 覽覧 兩両 獵猟 綠緑 鄰隣 壘塁 淚涙 勵励 禮礼 靈霊 齡齢 隸隷 戀恋 爐炉 " +
		"勞労 樓楼 祿禄 錄録 亙亘 淸清 曆暦 歷歴 槪概 鬪闘 穎頴 巖巌 堯尭 檜桧 蘆芦 靏鶴 靍鶴 埜野 㐂喜 𠮷吉 槗橋 𣘺橋 圡土 柗松 " +
		"枩松 籠篭 諫諌 蠣蛎 鶯鴬 凞煕 熙煕 摑掴 瀆涜 礪砺 禱祷 簞箪 賤賎") {
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
