package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/gateway/render/rendertest"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
)

// The sentences beside a file that cannot be seen here, or not whole.
const (
	whole       = ""
	damaged     = "途中で切れているか壊れているため、読み取れません。"
	protected   = "パスワードが付いているため、中を見られません。"
	noPage      = "ページが1つもないPDFです。"
	unsupported = "この種類のファイルは、ここでは表示できません。"
	firstFifty  = "全部で60ページのうち、ここで見られるのは、はじめの50ページです。"
	firstOne    = "全部で3ページのうち、ここで見られるのは、はじめの1ページです。"

	asItIs     = "ファイルは届いています。このまま提出できますが、読めるファイルがあれば取り替えてください。"
	allArrived = "ファイルは全部届いています。このまま提出できます。"
)

// What is read of each file: beside it on the parent's pages, what the parent is told besides, beside it on the reviewer's page,
// and how many pages both see.
var beside = map[string]struct {
	parent, besides, reviewer string
	shown                     int
}{
	"photo.jpg":          {whole, "", whole, 1},
	"torn.jpg":           {damaged, asItIs, damaged, 0},
	"picture.png":        {whole, "", whole, 1},
	"phone.heic":         {whole, "", whole, 1},
	"phone-ten-bit.heic": {whole, "", whole, 1},
	"phone-grey.heic":    {whole, "", whole, 1},
	"phone-mif1.heif":    {whole, "", whole, 1},
	"torn.heic":          {damaged, asItIs, damaged, 0},
	"letter.pdf":         {whole, "", whole, 1},
	"sixty-pages.pdf":    {firstFifty, allArrived, firstFifty, 50},
	"no-page.pdf":        {noPage, asItIs, noPage, 0},
	"password.pdf":       {protected, asItIs, protected, 0},
	"broken.pdf":         {damaged, asItIs, damaged, 0},
	"scan.tif":           {whole, "", whole, 1},
	"fax.tif":            {whole, "", whole, 3},
	"fax-light.tif":      {whole, "", whole, 1},
	"press.tif":          {whole, "", whole, 1},
	"press-jpeg.tif":     {whole, "", whole, 1},
	"photo-in-tiff.tif":  {whole, "", whole, 1},
	"jpeg-in-three.tif":  {whole, "", whole, 1},
	"jpeg-rgb.tif":       {whole, "", whole, 1},
	"second-broken.tif":  {firstOne, allArrived, firstOne, 1},
	"planes.tif":         {unsupported, asItIs, unsupported, 0},
	"paper.docx":         {unsupported, asItIs, unsupported, 0},
	"sheet.xlsx":         {unsupported, asItIs, unsupported, 0},
}

// said is what stands in a part of a page about what cannot be seen, and what besides.
func said(part *goquery.Selection) (sentence, besides string) {
	return strings.TrimSpace(part.Find(".unseen").Text()), strings.TrimSpace(part.Find(".unseen + .quiet").Text())
}

// Each file is taken and can be filed; what cannot be seen of it is said where it was sent, before filing, and to the reviewer,
// in the same words.
func TestWhatCannotBeSeenIsSaidToBoth(t *testing.T) {
	s := webtest.New(t)
	files := rendertest.Files()
	if len(files) != len(beside) {
		t.Fatalf("%d kinds are made, of %d it is said what people read", len(files), len(beside))
	}
	parents := []webtest.Person{webtest.Parent, webtest.Neighbour}
	reviewer := s.As(webtest.Reviewer)
	reviewer.Get("/staff/briefing").Form("読みました").Submit()
	for names := range slices.Chunk(slices.Sorted(maps.Keys(files)), 15) {
		who := parents[0]
		parents = parents[1:]
		id, parent := s.Draft(who, webtest.Hinata), s.As(who)
		at := "/applications/" + id
		documents := parent.Get(at + "/documents").Is(http.StatusOK)
		item := strings.TrimPrefix(documents.Find("form.upload").AttrOr("action", ""), at+"/documents/")
		for _, name := range names {
			documents = documents.Form("送る").Attach("files", name, files[name]).Submit().Is(http.StatusOK)
		}
		s.Looked(id, webtest.Hinata)
		documents, check := parent.Get(at+"/documents"), parent.Get(at+"/check").Is(http.StatusOK)
		ids := map[string]string{}
		for _, name := range names {
			sent := documents.Find(".sent").FilterFunction(func(_ int, one *goquery.Selection) bool { return one.Find("p > a").First().Text() == name })
			ids[name] = strings.TrimPrefix(sent.AttrOr("id", ""), "sent-")
			row := check.Find("dd > div").FilterFunction(func(_ int, one *goquery.Selection) bool { return one.Find("p").First().Text() == name })
			large := parent.Get(at + "/files/" + ids[name]).Is(http.StatusOK)
			for where, part := range map[string]*goquery.Selection{"where it was sent": sent, "before filing": row, "large": large.Find("main")} {
				if sentence, besides := said(part); part.Length() != 1 || sentence != beside[name].parent || besides != beside[name].besides {
					t.Errorf("%s, %s: %q %q, in %d places", name, where, sentence, besides, part.Length())
				}
			}
			if n := large.Find("figure").Length(); n != beside[name].shown {
				t.Errorf("%s: the parent sees %d pages", name, n)
			}
		}
		s.File(who, id)
		look := reviewer.Get("/staff/cases/" + id + "/items/" + item).Is(http.StatusOK)
		for _, name := range names {
			part := look.Find("#file-" + ids[name])
			if sentence, _ := said(part); part.Length() != 1 || sentence != beside[name].reviewer || part.Find("figure").Length() != beside[name].shown {
				t.Errorf("%s: the reviewer reads %q and sees %d pages", name, sentence, part.Find("figure").Length())
			}
			if n := part.Find(`form[action$="/view"]`).Length(); (n == 1) != (beside[name].reviewer != whole) {
				t.Errorf("%s: %d buttons to make its copy anew", name, n)
			}
		}
		anew := look.Form("表示用の写しを作り直す").Submit().Is(http.StatusOK)
		if anew.Path != look.Path || anew.Find(".unseen").Length() != look.Find(".unseen").Length()-1 {
			t.Errorf("made anew: at %s, %d sentences of %d are left", anew.Path, anew.Find(".unseen").Length(), look.Find(".unseen").Length())
		}
	}
}

// Each reason has its sentence in each language.
func TestEveryReasonHasASentence(t *testing.T) {
	for _, lang := range []string{"ja", "plain", "en"} {
		seen := map[string]bool{}
		for _, reason := range rendertest.Reasons() {
			seen[present.View(models.Seen{View: models.ViewNone, ViewReason: reason}, lang)] = true
		}
		if len(seen) != len(rendertest.Reasons()) || seen[""] {
			t.Errorf("%s: %v", lang, seen)
		}
	}
}

// Two photos of one name are two files without a script too, and one is replaced on purpose alone.
func TestAPageReplacesOnPurposeAlone(t *testing.T) {
	s := webtest.New(t)
	files := rendertest.Files()
	id, b := s.Draft(webtest.Parent, webtest.Hinata), s.As(webtest.Parent)
	page := b.Get("/applications/" + id + "/documents")
	for _, contents := range []string{"letter.pdf", "sixty-pages.pdf", "letter.pdf"} {
		page = page.Form("送る").Attach("files", "image.pdf", files[contents]).Submit().Is(http.StatusOK)
	}
	names := func() string {
		var out []string
		page.Find(".sent p").Each(func(_ int, p *goquery.Selection) {
			if name, _, found := strings.Cut(strings.TrimSpace(p.Text()), " （"); found {
				out = append(out, name)
			}
		})
		slices.Sort(out)
		return strings.Join(out, ", ")
	}
	if got := names(); got != "image (2).pdf, image.pdf" {
		t.Fatalf("there are %s", got)
	}
	page = page.Form("取り替える").Attach("files", "better.pdf", files["no-page.pdf"]).Submit().Is(http.StatusOK)
	if got := names(); got != "better.pdf, image.pdf" && got != "better.pdf, image (2).pdf" {
		t.Errorf("after one was replaced: %s", got)
	}
}
