// Package statement writes a paper that the applicant would write by hand (申立書) from the answers to its questions: an A4 page in
// Japanese for the office, with who wrote it, when and how.
package statement

import (
	_ "embed"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/signintech/gopdf"
	"golang.org/x/text/unicode/norm"
)

// The font is for reading by everybody (UD) and has the characters of JIS X 0213; gopdf embeds those alone that a sheet uses.
//
//go:embed font/BIZUDGothic-Regular.ttf
var font []byte

// Sheet is what stands on a paper. Every text is in Japanese.
type Sheet struct {
	Title  string // the document's name
	To     string // the municipality that it is filed with
	Date   string // the day on which it was written
	Writer string // the applicant's name; empty while the form has none
	About  string // of whom it speaks, where that is not the applicant; empty otherwise
	Lines  []Line
	Note   string // how it came about
}

// Line is a question and its answer; Under, if not empty, is what the lines from here on are about.
type Line struct{ Under, Asked, Answer string }

// Sizes in points.
const (
	margin      = 56.0
	answerAt    = 230.0
	lineHeight  = 17.0
	textSize    = 10.5
	titleSize   = 16.0
	smallSize   = 9.0
	cellPadding = 5.0
)

// unknown stands for a character that the font does not have, as on any form printed in Japan (下駄記号).
const unknown = '〓'

const unknownNote = "〓は、この書面の文字では表せない字です。画面で入力された字は、申請の内容で確かめられます。"

// page is a sheet that is being drawn.
type page struct {
	gopdf.GoPdf
	y       float64
	title   string
	unknown bool // a character had to be replaced
	err     error
}

// PDF draws the sheet, on as many pages as it takes. An error is a fault of the program.
func (s *Sheet) PDF() ([]byte, error) {
	p := begin(s.Title)
	p.right(s.Date)
	p.paragraph(s.To+"　宛て", textSize, margin, width)
	p.y += lineHeight
	p.centre(s.Title)
	p.y += lineHeight / 2
	if s.Writer != "" {
		p.right("申請者　" + s.Writer)
	}
	if s.About != "" {
		p.right("対象　" + s.About)
	}
	p.y += lineHeight / 2
	for _, l := range s.Lines {
		p.line(l)
	}
	p.rule()
	p.y += lineHeight
	p.paragraph("上記のとおり申し立てます。", textSize, margin, width)
	p.y += lineHeight / 2
	p.paragraph(s.Note, smallSize, margin, width)
	return p.end()
}

// begin opens a document with its first page.
func begin(title string) *page {
	p := &page{title: title}
	p.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	p.err = p.AddTTFFontDataWithOption("body", font, gopdf.TtfOption{OnGlyphNotFoundSubstitute: p.substitute})
	p.feed()
	return p
}

// end closes a document: with a word on the characters that had to be replaced, if there were any.
func (p *page) end() ([]byte, error) {
	if p.unknown {
		p.paragraph(unknownNote, smallSize, margin, width)
	}
	if p.err != nil {
		return nil, p.err
	}
	pdf, err := p.GetBytesPdfReturnErr()
	if err != nil {
		return nil, err
	}
	return archived(pdf, p.title)
}

var (
	width  = gopdf.PageSizeA4.W - 2*margin
	bottom = gopdf.PageSizeA4.H - margin
)

// substitute is what is drawn for a character that the font does not have: a Latin letter without its marks, as a residence card
// has it (ễ: e), and else the sign for a missing one.
func (p *page) substitute(r rune) rune {
	if base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r))); base < utf8.RuneSelf {
		return base
	}
	p.unknown = true
	return unknown
}

// feed begins a page.
func (p *page) feed() {
	p.AddPage()
	p.y = margin
}

// room begins a page where height does not fit on this one.
func (p *page) room(height float64) {
	if p.y+height > bottom {
		p.feed()
	}
}

// line draws a question on the left and its answer on the right.
func (p *page) line(l Line) {
	if l.Under != "" {
		p.room(3 * lineHeight)
		p.rule()
		p.y += cellPadding
		p.paragraph("【"+l.Under+"】", textSize, margin, width)
	}
	asked := p.split(l.Asked, textSize, answerAt-margin-2*cellPadding)
	answer := p.split(l.Answer, textSize, width+margin-answerAt)
	p.room(2 * lineHeight)
	p.rule()
	p.y += cellPadding
	for i := range max(len(asked), len(answer)) {
		p.room(lineHeight)
		if i < len(asked) {
			p.put(margin, asked[i])
		}
		if i < len(answer) {
			p.put(answerAt, answer[i])
		}
		p.y += lineHeight
	}
}

// rule draws a line across the page.
func (p *page) rule() {
	p.SetLineWidth(0.5)
	p.Line(margin, p.y, margin+width, p.y)
}

func (p *page) paragraph(text string, size, x, w float64) {
	for _, line := range p.split(text, size, w) {
		p.room(lineHeight)
		p.put(x, line)
		p.y += lineHeight
	}
}

func (p *page) right(text string) {
	for _, line := range p.split(text, textSize, width) {
		p.put(margin+width-p.measure(line), line)
		p.y += lineHeight
	}
}

func (p *page) centre(text string) {
	for _, line := range p.split(text, titleSize, width) {
		p.put(margin+(width-p.measure(line))/2, line)
		p.y += 1.5 * lineHeight
	}
}

func (p *page) measure(text string) float64 {
	w, err := p.MeasureTextWidth(text)
	p.note(err)
	return w
}

// closing is what may stand beyond the margin (ぶら下げ).
const closing = "、。，．）」』】"

// split breaks a text into lines that fit; between any two characters, as Japanese does.
func (p *page) split(text string, size, w float64) []string {
	p.note(p.SetFont("body", "", size))
	var out []string
	for paragraph := range strings.SplitSeq(plain(text), "\n") {
		if paragraph == "" {
			out = append(out, "")
			continue
		}
		lines, err := p.SplitText(paragraph, w)
		p.note(err)
		for i := 1; i < len(lines); i++ { // no line begins with what closes the one before
			rest := strings.TrimLeft(lines[i], closing)
			lines[i-1], lines[i] = lines[i-1]+strings.TrimSuffix(lines[i], rest), rest
		}
		out = append(out, slices.DeleteFunc(lines, func(line string) bool { return line == "" })...)
	}
	return out
}

func (p *page) put(x float64, text string) {
	if text == "" {
		return
	}
	p.SetXY(x, p.y)
	p.note(p.Cell(nil, text))
}

func (p *page) note(err error) {
	if p.err == nil {
		p.err = err
	}
}

// plain takes out what no font draws: variation selectors, which choose among forms that this font has one of, and controls.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef, r == '\r':
			return -1
		case r == '\t':
			return ' '
		case r < ' ' && r != '\n':
			return -1
		}
		return r
	}, text)
}
