package main

import (
	"os"
	"strings"
	"testing"
)

func TestThePictureIsUpToDate(t *testing.T) {
	drawn, err := draw("../..")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range drawn {
		got, err := os.ReadFile(name)
		if err != nil || string(got) != want {
			t.Errorf("%s is not as the imports are now; run: go run ./deploy/housemap (%v)", name, err)
		}
	}
}

func TestEveryLayerIsDrawn(t *testing.T) {
	h, err := readHouse("../..")
	if err != nil {
		t.Fatal(err)
	}
	table, picture := h.table(), h.picture()
	for i, l := range h.layers {
		if len(l.rooms) == 0 {
			t.Errorf("the layer %q has no room", l.name)
		}
		if !strings.Contains(table, "| "+l.name+" |") || !strings.Contains(picture, ">"+l.name+"</text>") {
			t.Errorf("the layer %q is not drawn", l.name)
		}
		for to := range l.on {
			if to >= i {
				t.Errorf("%q imports %q above it", l.name, h.layers[to].name)
			}
		}
	}
}
