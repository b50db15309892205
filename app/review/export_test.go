package review

// LetterFor writes the letter of a procedure and outcome for somebody invented.
func LetterFor(effect string) (string, error) {
	return writeLetter(letter{Name: "湊　花", Receipt: "K7NB-M2QX-T4VH", Procedure: "手続", LegalBasis: "法第1条", Municipality: "ひなた市", Office: "子育て課",
		Telephone: "000-000-0000", Arrived: "2026年4月1日（令和8年4月1日）", Claim: "2026年4月1日（令和8年4月1日）", Decided: "2026年5月1日（令和8年5月1日）", Reason: "理由"}, effect)
}
