package casetest

import "strings"

// RareName is a name that forms, files and letters lose letters of, as it is kept: the tests of each take these.
type RareName struct{ What, Family, Given, FamilyKana, GivenKana string }

// RareNames are of people who exist in number: of one name, of Latin letters, of ideographs that few programs know.
var RareNames = []RareName{
	{"one name", "", "Suryani", "", "SURYANI"},
	{"Vietnamese letters", "Nguyễn", "Thị Hương", "NGUYỄN", "THỊ HƯƠNG"},
	{"a reading with the mark between names", "ルクレール", "ジャン＝ピエール", "ルクレール", "ジャン＝ピエール"},
	{"sixty characters", strings.Repeat("寿", 60), "限無", strings.Repeat("ジ", 60), "ゲム"},
	{"beyond the basic plane", "𠮷田", "花", "ヨシダ", "ハナ"},
	{"compatibility ideographs", "\ufa19", "\ufa46", "ジン", "ナギサ"},
	{"a variation sequence", "葛\U000e0100城", "辻\U000e0101子", "カツラギ", "ツジコ"},
}

// Applicant puts the name into a form's applicant.
func (n RareName) Applicant(applicant map[string]any) {
	applicant["given_name"], applicant["given_kana"] = n.Given, n.GivenKana
	applicant["family_name"], applicant["family_kana"] = n.Family, n.FamilyKana
	if n.Family == "" {
		delete(applicant, "family_name")
		delete(applicant, "family_kana")
		applicant["single_name"] = true
	}
}
