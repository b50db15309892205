package statement

import (
	"bytes"
	"io"
	"strings"

	"github.com/signintech/gopdf"
)

// Letter is a letter of an office: number and date, to whom, from whom, what about, and its text. Every text is in Japanese.
type Letter struct {
	Number     string // 文書番号
	Date       string
	To         string // with the form of address
	From       string // who signs
	Seal       Seal
	Title      string
	Paragraphs []string
	Sections   []Section
	Foot       []string // whom to ask, and where
}

// Section is a part of a letter under its own heading.
type Section struct{ Heading, Text string }

// Seal is what becomes of the official seal (公印).
type Seal string

// A letter that is not signed by a mayor has no seal at all.
const (
	SealSpace   Seal = "space"   // room is left for it beside who signs
	SealOmitted Seal = "omitted" // it is said to be omitted (公印省略)
)

// sealSize is the side of the room for a seal: 24 mm, as most seals of municipalities need.
const sealSize = 68.0

const sealOmitted = "（公印省略）"

// Text is what the letter says, for a screen.
func (l *Letter) Text() string {
	var out strings.Builder
	line := func(texts ...string) {
		for _, text := range texts {
			if text = strings.TrimSpace(text); text != "" {
				out.WriteString(text + "\n")
			}
		}
	}
	line(l.Title)
	out.WriteString("\n")
	line(l.Number, l.Date)
	out.WriteString("\n")
	line(l.To)
	out.WriteString("\n　　　　　　　　　　")
	line(l.From)
	if l.Seal == SealOmitted {
		out.WriteString("　　　　　　　　　　")
		line(sealOmitted)
	}
	for _, text := range l.Paragraphs {
		out.WriteString("\n")
		line(text)
	}
	for _, s := range l.Sections {
		out.WriteString("\n")
		line(s.Heading, s.Text)
	}
	out.WriteString("\n")
	line(l.Foot...)
	return out.String()
}

// PDF draws the letter, on as many pages as it takes. An error is a fault of the program.
func (l *Letter) PDF() ([]byte, error) {
	p := begin(l.Title)
	p.right(l.Number)
	p.right(l.Date)
	p.y += lineHeight
	p.paragraph(l.To, textSize, margin, width)
	p.y += lineHeight
	p.signed(l.From, l.Seal)
	p.y += lineHeight
	p.centre(l.Title)
	p.y += lineHeight / 2
	for _, text := range l.Paragraphs {
		p.paragraph("　"+text, textSize, margin, width)
		p.y += lineHeight / 2
	}
	for _, s := range l.Sections {
		p.room(2 * lineHeight) // no heading alone at the end of a page
		p.paragraph(s.Heading, textSize, margin, width)
		p.paragraph(s.Text, textSize, margin+textSize, width-textSize)
		p.y += lineHeight / 2
	}
	if len(l.Foot) > 0 {
		p.room(float64(len(l.Foot)+1) * lineHeight)
		p.rule()
		p.y += cellPadding
		for _, text := range l.Foot {
			p.paragraph(text, textSize, margin, width)
		}
	}
	return p.end()
}

// signed draws who signs on the right, with room for the seal.
func (p *page) signed(from string, seal Seal) {
	if seal != SealSpace {
		p.right(from)
		if seal == SealOmitted {
			p.right(sealOmitted)
		}
		p.y += lineHeight
		return
	}
	edge := margin + width
	p.y += (sealSize - lineHeight) / 2
	for _, line := range p.split(from, textSize, width-sealSize-cellPadding) {
		p.put(edge-sealSize-cellPadding-p.measure(line), line)
		p.y += lineHeight
	}
	top := p.y - lineHeight - (sealSize-lineHeight)/2
	p.SetLineWidth(0.5)
	p.SetCustomLineType([]float64{2, 2}, 0)
	p.RectFromUpperLeft(edge-sealSize, top, sealSize, sealSize)
	p.SetLineType("")
	p.note(p.SetFont("body", "", smallSize))
	p.SetXY(edge-sealSize+4, top+4)
	p.note(p.Cell(nil, "公印"))
	p.y = max(p.y, top+sealSize)
}

// Together puts papers into one document in their order, for printing: each page as it is. An error is a fault of the program.
func Together(papers [][]byte) ([]byte, error) {
	var out gopdf.GoPdf
	out.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	// The library knows a source by the address of its reader: one that is freed gives its address to the next, which would be printed as the former's pages.
	sources := make([]io.ReadSeeker, len(papers))
	for i, one := range papers {
		sources[i] = bytes.NewReader(one)
		if err := out.ImportPagesFromSource(&sources[i], "/MediaBox"); err != nil {
			return nil, err
		}
	}
	return out.GetBytesPdfReturnErr()
}
