package main

import (
	"fmt"
	"html"
	"strings"
)

// Measures of the picture, in pixels.
const (
	wide      = 1180 // of the picture
	bandRight = 940  // where the layers end; to the right of it the imports are drawn
	roomHigh  = 26
	gap       = 8
	letter    = 7.7 // of a room's name
	nameWide  = 176 // of a layer's name
)

// band is a layer as it is drawn.
type band struct {
	y, high float64
	rooms   []box
}

type box struct {
	x, y, wide float64
	text       string
}

// picture is the house as SVG: layers from the roof down, rooms within, and a curve from each layer to each one below that it
// imports.
func (h *house) picture() string {
	bands, high := h.bands()
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" role="img" font-family="system-ui, sans-serif" font-size="13"`)
	fmt.Fprintf(&b, ` viewBox="0 0 %d %.0f">`+"\n", wide, high)
	b.WriteString("<title>The house</title>\n<desc>" + html.EscapeString(h.said()) + "</desc>\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%.0f" fill="#ffffff"/>`+"\n", wide, high)
	for i := len(h.layers) - 1; i >= 0; i-- {
		one := bands[i]
		fmt.Fprintf(&b, `<rect x="10" y="%.0f" width="%d" height="%.0f" rx="6" fill="%s"/>`+"\n", one.y, bandRight-10, one.high, tint(i))
		fmt.Fprintf(&b, `<text x="22" y="%.0f" font-weight="bold">%s</text>`+"\n", one.y+gap+18, html.EscapeString(h.layers[i].name))
		for _, r := range one.rooms {
			fmt.Fprintf(&b, `<rect x="%.0f" y="%.0f" width="%.0f" height="%d" rx="4" fill="#ffffff" stroke="#5a6b7b"/>`+"\n", r.x, r.y, r.wide, roomHigh)
			fmt.Fprintf(&b, `<text x="%.0f" y="%.0f">%s</text>`+"\n", r.x+8, r.y+17, html.EscapeString(r.text))
		}
	}
	h.imports(&b, bands)
	b.WriteString("</svg>\n")
	return b.String()
}

// bands lays the rooms out, the roof on top, and says how high the picture is.
func (h *house) bands() ([]band, float64) {
	out, y := make([]band, len(h.layers)), 10.0
	for i := len(h.layers) - 1; i >= 0; i-- {
		x, line := float64(nameWide+22), y+gap
		out[i].y = y
		for _, r := range h.layers[i].rooms {
			w := letter*float64(len(r.folder)) + 20
			if x+w > bandRight-10 {
				x, line = nameWide+22, line+roomHigh+gap
			}
			out[i].rooms = append(out[i].rooms, box{x: x, y: line, wide: w, text: r.folder})
			x += w + gap
		}
		out[i].high = line + roomHigh + gap - y
		y += out[i].high + 6
	}
	return out, y + 4
}

// imports draws who imports whom.
func (h *house) imports(b *strings.Builder, bands []band) {
	for from := range h.layers {
		for _, to := range h.below(from) {
			start, finish := bands[from].y+bands[from].high/2, bands[to].y+bands[to].high/2
			out := bandRight + 24 + 20*float64(from-to)
			fmt.Fprintf(b, `<path d="M %d %.0f C %.0f %.0f, %.0f %.0f, %d %.0f" fill="none"`, bandRight, start, out, start, out, finish, bandRight, finish)
			fmt.Fprintf(b, ` stroke="%s" stroke-width="2" stroke-opacity="0.6"><title>%s</title></path>`+"\n",
				shade(from), html.EscapeString(h.layers[from].name+" → "+h.layers[to].name))
		}
	}
}

// said is the picture in words.
func (h *house) said() string {
	var lines []string
	for i := len(h.layers) - 1; i >= 0; i-- {
		lines = append(lines, h.layers[i].name+" stands on: "+h.standsOn(i))
	}
	return strings.Join(lines, "; ") + "."
}

// tint is a layer's ground, shade its lines.
func tint(i int) string  { return fmt.Sprintf("hsl(%d 40%% 92%%)", i*37%360) }
func shade(i int) string { return fmt.Sprintf("hsl(%d 45%% 40%%)", i*37%360) }
