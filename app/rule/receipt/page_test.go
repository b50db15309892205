package receipt_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/receipt"
)

func page(inside string) string {
	return "<!DOCTYPE html>\n<html><body><main>" + inside + "</main></body></html>"
}

func TestReadFindsTheTextAndTheValues(t *testing.T) {
	text := sign(t, keys(t, private(t, 1)), statement())
	marked := `<pre data-signed-receipt>` + text + `</pre>`
	for name, file := range map[string]string{
		"bare":              text,
		"with a line end":   text + "\r\n",
		"in several lines":  text[:70] + "\n" + text[70:140] + "\r\n  " + text[140:],
		"a byte order mark": "\xef\xbb\xbf" + text,
		"a page":            page(marked),
		"a page as saved": "\xef\xbb\xbf<!-- saved from url=(0021)https://kosodate.example -->\n" +
			page(`<pre class="signed" data-signed-receipt="">`+text+`</pre>`),
		"with line ends":     page(`<pre data-signed-receipt>` + "\n" + text[:70] + "\n" + text[70:] + `</pre>`),
		"with elements in":   page(`<pre data-signed-receipt>` + text[:70] + "<wbr><span>" + text[70:] + `</span></pre>`),
		"not well formed":    "<p>" + marked,
		"beside other marks": page(`<td data-signed="number">X</td>` + marked),
	} {
		h, err := receipt.Read([]byte(file))
		if err != nil || h.Text != text || h.Page != strings.Contains(file, "<") {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
	h, err := receipt.Read([]byte(page(`<p data-signed="arrived"> 2026-06-01
		<b>09:30:15</b></p><p data-signed=number>A &amp; B</p><p data-signed="late">x</p><p data-signed="late">y</p>` + marked)))
	if want := (receipt.Shown{"arrived": "2026-06-01 09:30:15", "number": "A & B", "late": "x / y"}); err != nil || !reflect.DeepEqual(h.Shown, want) {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestBadFilesAreNamed(t *testing.T) {
	text := sign(t, keys(t, private(t, 1)), statement())
	marked := `<pre data-signed-receipt>` + text + `</pre>`
	for name, one := range map[string]struct {
		file string
		want error
	}{
		"empty":               {"", receipt.ErrEmpty},
		"blank":               {" \n\t", receipt.ErrEmpty},
		"a mark alone":        {"\xef\xbb\xbf", receipt.ErrEmpty},
		"too large":           {strings.Repeat(" ", receipt.MaxSize+1), receipt.ErrTooLarge},
		"a PDF":               {"%PDF-1.7\n%\xe2\xe3\xcf\xd3", receipt.ErrNotAReceipt},
		"text":                {"hello", receipt.ErrNotAReceipt},
		"UTF-16":              {"\xff\xfe<\x00h\x00", receipt.ErrNotAReceipt},
		"an unsigned receipt": {page(`<td data-signed="number">AB2C</td>`), receipt.ErrNotAReceipt},
		"an empty element":    {page(`<pre data-signed-receipt></pre>`), receipt.ErrNotAReceipt},
		"another page":        {page("hello"), receipt.ErrNotAReceipt},
		"two of them":         {page(marked + marked), receipt.ErrSeveral},
		"deep":                {strings.Repeat("<b>", 100_000), receipt.ErrNotAReceipt},
	} {
		if h, err := receipt.Read([]byte(one.file)); !errors.Is(err, one.want) {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
}

func TestCompareNamesEachDifference(t *testing.T) {
	signed := receipt.Shown{"number": "A", "arrived": "10:00", "late": "late"}
	if got := receipt.Compare(receipt.Shown{"number": "A", "arrived": "10:00", "late": "late"}, signed); got != nil {
		t.Errorf("the same: %v", got)
	}
	got := receipt.Compare(receipt.Shown{"number": "A", "arrived": "09:00", "claim": "today"}, signed)
	if want := []receipt.Difference{{"arrived", "09:00", "10:00"}, {"claim", "today", ""}, {"late", "", "late"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

// A page that repeats its marks within each other does not make its reader hold it many times over.
func TestAPageCannotMakeItsReaderGrow(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, `<div data-signed="v%d"><div data-signed="same">`, i)
	}
	b.WriteString(strings.Repeat("long ", 100_000) + `<pre data-signed-receipt>` + sign(t, keys(t, private(t, 1)), statement()))
	h, err := receipt.Read([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, value := range h.Shown {
		size += len(value)
	}
	if size > 4*receipt.MaxSize {
		t.Errorf("it holds %d bytes", size)
	}
}

// Whatever the file is, reading it ends, and what it gives is a text of one line that a second reading leaves as it is.
func FuzzRead(f *testing.F) {
	k := keys(f, private(f, 1))
	text := sign(f, k, statement())
	for _, seed := range []string{text, page(`<pre data-signed-receipt>` + text + `</pre><p data-signed="number">A</p>`), "<", "a.b.c",
		"<pre data-signed-receipt>a.b.c", "\xef\xbb\xbf<svg><pre data-signed-receipt>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, err := receipt.Read(bytes.Clone(raw))
		if err != nil {
			return
		}
		again, err := receipt.Read([]byte(h.Text))
		if err != nil || again.Text != h.Text {
			t.Fatalf("%q becomes %+v, %v", h.Text, again, err)
		}
		if s, err := k.Verify(h.Text); err == nil && s.KeyID != k.Public().Keys[0].KeyID {
			t.Fatalf("verified %+v", s)
		}
	})
}
