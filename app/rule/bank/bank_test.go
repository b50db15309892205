package bank

import (
	"strings"
	"testing"
)

const table = "\ufeffbank_code,bank_name,bank_kana,branch_code,branch_name,branch_kana\n" +
	"0901,ひなた銀行,ﾋﾅﾀ,001,本店営業部,ﾎﾝﾃﾝ\n" +
	"0901,ひなた銀行,ﾋﾅﾀ,012,あおば,ｱｵﾊﾞ\n" +
	"0901,ひなた銀行,ﾋﾅﾀ,013,あおば駅前,ｱｵﾊﾞｴｷﾏｴ\n" +
	"0902,港湾,ｺｳﾜﾝ,001,本店,ﾎﾝﾃﾝ\n" +
	"0903,みなと信用金庫,ﾐﾅﾄｼﾝｷﾝ,001,日和町,ﾋﾖﾘﾁﾖｳ\n" +
	"0904,ひなた中央銀行,ﾋﾅﾀﾁﾕｳｵｳ,001,本店,ﾎﾝﾃﾝ\n"

func read(t *testing.T) *Table {
	t.Helper()
	out, err := Read(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestABankIsFoundByWhatPeopleType: its name with and without its kind, a part, the reading in any kana and width, the number.
func TestABankIsFoundByWhatPeopleType(t *testing.T) {
	banks := read(t)
	for typed, want := range map[string]string{
		"ひなた銀行": "0901!", "ひなた": "0901!", "ヒナタ": "0901!", "ﾋﾅﾀ ｷﾞﾝｺｳ": "0901!", "０９０１": "0901!", "港湾銀行": "0902!", "こうわんぎんこう": "0902!",
		"みなと信金": "0903!", "みなとしんきん": "0903!", "ひな": "0901 0904", "中央": "0904", "ひなたちゅうおう": "0904!", "湾": "0902",
		"": "", "　": "", "ない銀行": "", "銀行": "",
	} {
		found, exact := banks.Banks(typed)
		got := codes(found)
		if exact {
			got += "!"
		}
		if got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
	for typed, want := range map[string]string{"あおば支店": "012!", "あお": "012 013", "駅前": "013", "ほんてん": "001!", "本店": "001", "１２": "", "012": "012!"} {
		found, exact := banks.Branches("0901", typed)
		got := codes(found)
		if exact {
			got += "!"
		}
		if got != want {
			t.Errorf("branch %q is %q, want %q", typed, got, want)
		}
	}
	if found, _ := banks.Branches("0999", "本店"); found != nil {
		t.Errorf("of no bank: %v", found)
	}
	if found, exact := (*Table)(nil).Banks("ひなた"); found != nil || exact {
		t.Error("no table knows one")
	}
}

func codes(found []Entry) string {
	out := make([]string, len(found))
	for i, e := range found {
		out[i] = e.Code
	}
	return strings.Join(out, " ")
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	head, line := "bank_code,bank_name,bank_kana,branch_code,branch_name,branch_kana\n", "0901,ひなた銀行,ﾋﾅﾀ,001,本店,ﾎﾝﾃﾝ\n"
	for name, text := range map[string]string{
		"empty": "", "no line": head, "another header": line + line, "a short number": head + "901,ひなた,ﾋﾅﾀ,001,本店,ﾎﾝﾃﾝ\n",
		"no name": head + "0901,,ﾋﾅﾀ,001,本店,ﾎﾝﾃﾝ\n", "two names": head + line + "0901,みなと銀行,ﾐﾅﾄ,002,駅前,ｴｷﾏｴ\n", "twice": head + line + line,
		"a column less": head + "0901,ひなた銀行,ﾋﾅﾀ,001,本店\n",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}
