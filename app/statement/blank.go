package statement

// Blank is a form that somebody else fills in by hand: an employer, a welfare commissioner. What is known stands on it already; a known
// line without an answer is written by hand too. Every text is in Japanese.
type Blank struct {
	Title  string   // the document's name
	To     string   // where it is handed in: the municipality; empty while none is chosen
	Known  []Line   // of whom and of what it speaks
	By     string   // who fills it in
	Lines  []string // what they fill in
	HandIn string   // how the parent hands it in
}

// signed are the lines by which whoever fills a form in stands for it.
var signed = []string{"記入した日", "住所または所在地", "名称・氏名", "電話番号（担当の人）"}

// heightOfBlank is the height of a line that is written by hand.
const heightOfBlank = 24.0

// PDF draws the form, on as many pages as it takes. An error is a fault of the program.
func (b *Blank) PDF() ([]byte, error) {
	p := begin(b.Title)
	if b.To != "" {
		p.paragraph(b.To+"　宛て", textSize, margin, width)
	}
	p.centre(b.Title)
	for _, l := range b.Known {
		p.blank(l.Asked, l.Answer, lineHeight+2*cellPadding)
	}
	p.rule()
	p.y += lineHeight
	p.paragraph("【"+b.By+"が記入する欄】", textSize, margin, width)
	for _, asked := range b.Lines {
		p.blank(asked, "", heightOfBlank)
	}
	p.rule()
	p.y += lineHeight / 2
	p.paragraph("上記のとおり相違ありません。", textSize, margin, width)
	for _, asked := range signed {
		p.blank(asked, "", heightOfBlank)
	}
	p.rule()
	p.y += lineHeight / 2
	p.paragraph(b.HandIn, smallSize, margin, width)
	return p.end()
}

// blank draws a line with room to write in: what is asked on the left, what is known on the right of the bar.
func (p *page) blank(asked, answer string, height float64) {
	left := p.split(asked, textSize, answerAt-margin-2*cellPadding)
	right := p.split(answer, textSize, width+margin-answerAt-cellPadding)
	height = max(height, float64(max(len(left), len(right)))*lineHeight+cellPadding)
	p.room(height)
	p.rule()
	top := p.y
	for _, column := range []struct {
		x     float64
		lines []string
	}{{margin, left}, {answerAt, right}} {
		p.y = top + (height-float64(len(column.lines))*lineHeight)/2 + 2
		for _, line := range column.lines {
			p.put(column.x, line)
			p.y += lineHeight
		}
	}
	p.Line(answerAt-cellPadding, top, answerAt-cellPadding, top+height)
	p.y = top + height
}
