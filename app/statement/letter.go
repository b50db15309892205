package statement

import "github.com/signintech/gopdf"

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
	p := &page{}
	p.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	p.SetInfo(gopdf.PdfInfo{Title: l.Title, Subject: l.Number})
	p.err = p.AddTTFFontDataWithOption("body", font, gopdf.TtfOption{OnGlyphNotFoundSubstitute: p.substitute})
	p.feed()
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
	if p.unknown {
		p.paragraph(unknownNote, smallSize, margin, width)
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.GetBytesPdfReturnErr()
}
