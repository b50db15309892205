// Package simulator is another portal (つばさ申請サイト, invented): it makes batches of any size, and breaks some of them in each of the ways in which
// batches break.
package simulator

import (
	"archive/zip"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/app/gateway/portal"
)

// Sender is what the portal is called.
const Sender = "tsubasa"

// Options say what a batch is to be.
type Options struct {
	System       string // client id of the registration
	Municipality string
	Batch        string
	Key          *ecdsa.PrivateKey // of the registration
	Count        int               // applications
	Broken       int               // of them, spread over the ways one after the other
	Seed         uint64
	Now          time.Time
}

// Broken is how an application was broken, by its place in the batch from 1.
type Broken map[int]string

// Make writes a batch as a ZIP, and says which applications it has broken how.
func Make(w io.Writer, o Options) (Broken, error) {
	p := &writer{Options: o, zip: zip.NewWriter(w), random: rand.New(rand.NewPCG(o.Seed, 1))} //nolint:gosec // the same batch again
	entries, broken := make([]any, o.Count), Broken{}
	places := p.random.Perm(o.Count)[:o.Broken]
	for i, place := range places {
		broken[place+1] = Ways[i%len(Ways)].Name
	}
	for i := range entries {
		a, files := p.application(i)
		entry := any(a)
		for _, way := range Ways {
			if way.Name == broken[i+1] {
				entry = way.Break(p, a, files)
			}
		}
		entries[i] = entry
		if err := p.add(files); err != nil {
			return nil, err
		}
	}
	manifest, err := json.Marshal(struct {
		portal.Header
		Applications []any `json:"applications"`
	}{portal.Header{Format: portal.Format, System: o.System, Sender: Sender, Batch: o.Batch, Count: o.Count}, entries})
	if err != nil {
		return nil, err
	}
	signature, err := Sign(manifest, o.Key)
	if err != nil {
		return nil, err
	}
	if err := p.add(files{portal.ManifestName: manifest, portal.SignatureName: signature}); err != nil {
		return nil, err
	}
	return broken, p.zip.Close()
}

// Sign makes the detached signature of a manifest.
func Sign(manifest []byte, key *ecdsa.PrivateKey) ([]byte, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		return nil, err
	}
	signed, err := signer.Sign(manifest)
	if err != nil {
		return nil, err
	}
	compact, err := signed.DetachedCompactSerialize()
	return []byte(compact), err
}

// files are those of one application, by their path in the package.
type files map[string][]byte

type writer struct {
	Options
	zip    *zip.Writer
	random *rand.Rand
}

func (p *writer) add(all files) error {
	for path, content := range all {
		f, err := p.zip.Create(path)
		if err != nil {
			return err
		}
		if _, err := f.Write(content); err != nil {
			return err
		}
	}
	return nil
}

// application is a sound one: two of three tell of a pregnancy, one of three claims the child allowance with a child who lives elsewhere, and files.
func (p *writer) application(i int) (*portal.Application, files) {
	a := &portal.Application{Number: fmt.Sprintf("%s-%06d", p.Batch, i+1), Municipality: p.Municipality, Form: "T-010",
		ArrivedAt: p.Now.Add(-time.Hour - time.Duration(p.random.IntN(20*24))*time.Hour).Format(time.RFC3339),
		Fields: map[string]string{"申請者氏名": "日向　" + p.one("花子", "春香", "美咲", "陽菜"), "申請者フリガナ": "ヒナタ　" + p.one("ハナコ", "ハルカ", "ミサキ"),
			"申請者生年月日": fmt.Sprintf("%d-%02d-%02d", 1985+p.random.IntN(15), 1+p.random.IntN(12), 1+p.random.IntN(28)), "申請者郵便番号": "998-0001",
			"申請者住所": "ひなた市あおば町" + fmt.Sprint(1+p.random.IntN(9)) + "丁目2番3号", "申請者電話番号": "090-0000-0000"}}
	if i%3 != 0 {
		p.fill(a, map[string]string{"出産予定日": p.Now.AddDate(0, 6, 0).Format("2006-01-02"), "妊娠週数": "９", "胎児の数": "1",
			"初診日": p.Now.AddDate(0, -2, 0).Format("2006-01-02"), "医療機関": "ひなたレディースクリニック", "出産する施設": "ひなた総合病院", "性病の検査": "有",
			"結核の検査": p.one("有", "無")})
		return a, nil
	}
	a.Form = "T-101"
	p.fill(a, map[string]string{"加入している年金": "国民年金", "配偶者": "無", "児童1氏名": "日向　空", "児童1フリガナ": "ヒナタ　ソラ", "児童1続柄": "子",
		"児童1住所": "みなと町なみ1番地", "児童1生年月日": fmt.Sprintf("令和%d年5月10日", 2+p.random.IntN(4)), "児童1養育": "実子・養子", "児童1同居": "別居", "児童1留学": "無",
		"児童1自治体コード": "131016", "18歳から22歳の子の数": "0", "公金受取口座の利用": "有", "請求の理由": "転入",
		"理由が生じた日": p.Now.AddDate(0, -1, 0).Format("2006-01-02")})
	all := files{}
	p.attach(a, all, "別居監護申立書1", "別居監護申立書1.pdf", PDF(a.Number))
	for _, side := range []string{"おもて", "うら"} { // a phone calls every photo image.jpg
		p.attach(a, all, "住民票1", "image.jpg", JPEG(side+a.Number))
	}
	return a, all
}

func (p *writer) fill(a *portal.Application, fields map[string]string) {
	for name, value := range fields {
		a.Fields[name] = value
	}
}

func (p *writer) attach(a *portal.Application, all files, kind, name string, content []byte) {
	sum := sha256.Sum256(content)
	path := "files/" + a.Number + "/" + fmt.Sprint(len(a.Files)+1)
	all[path] = content
	a.Files = append(a.Files, portal.File{Kind: kind, Name: name, Path: path, Sha256: hex.EncodeToString(sum[:])})
}

func (p *writer) one(of ...string) string { return of[p.random.IntN(len(of))] }

// JPEG is the head of one, with something of its own in it.
func JPEG(own string) []byte {
	return append([]byte{0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0}, own+strings.Repeat(" ", 200)...)
}

// PDF is the smallest file that passes for one, with something of its own in it.
func PDF(own string) []byte {
	return []byte("%PDF-1.4\n% " + own + strings.Repeat(" ", 200) + "\n%%EOF\n")
}
