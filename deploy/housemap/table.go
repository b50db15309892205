package main

import (
	"fmt"
	"slices"
	"strings"
)

// table is the house for house.md, the roof first.
func (h *house) table() string {
	var b strings.Builder
	b.WriteString("| layer | what is there | stands on |\n|---|---|---|\n")
	for i := len(h.layers) - 1; i >= 0; i-- {
		l := h.layers[i]
		rooms := make([]string, len(l.rooms))
		for j, r := range l.rooms {
			rooms[j] = "`" + r.folder + "`"
			if len(r.below) > 0 {
				rooms[j] += " (" + strings.Join(r.below, ", ") + ")"
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", l.name, strings.Join(rooms, ", "), h.standsOn(i))
	}
	return b.String()
}

// standsOn names the layers that one imports, the nearest first.
func (h *house) standsOn(i int) string {
	var out []string
	for _, to := range slices.Backward(h.below(i)) {
		out = append(out, h.layers[to].name)
	}
	if len(out) == 0 {
		return "–"
	}
	return strings.Join(out, ", ")
}

// below are the layers that one imports, from the ground up.
func (h *house) below(i int) []int {
	var out []int
	for to := range h.layers {
		if h.layers[i].on[to] {
			out = append(out, to)
		}
	}
	return out
}
