package statement

// Letter is a letter of an office: number and date, to whom, from whom, what about, and its text. Every text is in Japanese.
type Letter struct {
	Number     string // 文書番号
	Date       string
	To         string // with the form of address
	From       string
	Title      string
	Paragraphs []string
}

// PDF draws the letter, on as many pages as it takes. An error is a fault of the program.
func (l *Letter) PDF() ([]byte, error) {
	p := begin(l.Title, l.Number)
	p.right(l.Number)
	p.right(l.Date)
	p.y += lineHeight
	p.paragraph(l.To, textSize, margin, width)
	p.y += lineHeight
	p.right(l.From)
	p.y += 2 * lineHeight
	p.centre(l.Title)
	p.y += lineHeight
	for _, text := range l.Paragraphs {
		p.paragraph("　"+text, textSize, margin, width)
		p.y += lineHeight / 2
	}
	return p.end()
}
