package residents

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Municipalities are those that have residents: ひなた市, みなと町, もり村.
var Municipalities = []string{"998010", "998028", "998036"}

// Generated is how many generated residents each municipality has: R-998010-0000001 to R-998010-0100000.
const Generated = 100_000

// Roles of a resident in the household.
const (
	Parent  = "parent"
	Partner = "partner"
	Child   = "child"
	Elder   = "elder"
)

// Resident is an entry of a municipality's directory. Dates are YYYY-MM-DD.
type Resident struct {
	ID           string // "R-998010-0000001"
	Municipality string
	FamilyName   string
	GivenName    string // empty for who has one name only
	FamilyKana   string // full-width katakana; Latin capitals for who has no reading in kana
	GivenKana    string
	BirthDate    string
	Address      string
	Former       []string // addresses before, the newest first (前住所)
	Head         string   // name of the head of the household
	Since        string   // 住所を定めた日
	Removed      string   // 消除の年月日, empty for who lives here
	Role         string
	Protected    bool // 支援措置

	number int // of the id
}

// Name is the name in Japanese order, or the only one.
func (r Resident) Name() string { return strings.TrimSpace(r.FamilyName + " " + r.GivenName) }

// Kana is its reading.
func (r Resident) Kana() string { return strings.TrimSpace(r.FamilyKana + " " + r.GivenKana) }

// ID is the id of a municipality's n-th resident. Its digits are thirteen: with twelve, one id in eleven would look like an
// individual number (P4).
func ID(municipality string, n int) string { return fmt.Sprintf("R-%s-%07d", municipality, n) }

// parse reads an id; false if no resident can have it.
func parse(id string) (municipality string, n int, ok bool) {
	rest, ok := strings.CutPrefix(id, "R-")
	if !ok || len(rest) != 14 || rest[6] != '-' {
		return "", 0, false
	}
	n, err := strconv.Atoi(rest[7:])
	if err != nil || rank(rest[:6]) < 0 || ID(rest[:6], n) != id {
		return "", 0, false
	}
	return rest[:6], n, true
}

// rank is a municipality's place in the list, or -1.
func rank(municipality string) int {
	for i, m := range Municipalities {
		if m == municipality {
			return i
		}
	}
	return -1
}

// Register knows every resident. Its zero value is ready; it may be used from any number of goroutines.
type Register struct {
	// Now tells the day, since a newborn is one for 30 days only. Nil is time.Now.
	Now func() time.Time
}

// japan is Japan's time, by which days are counted.
var japan = time.FixedZone("JST", 9*60*60)

// day is the date so many days from today.
func (g *Register) day(days int) string {
	now := time.Now
	if g.Now != nil {
		now = g.Now
	}
	return now().In(japan).AddDate(0, 0, days).Format(time.DateOnly)
}

// Resident finds one by the id.
func (g *Register) Resident(id string) (Resident, bool) {
	municipality, n, ok := parse(id)
	switch {
	case !ok:
		return Resident{}, false
	case n >= 1 && n <= Generated:
		return generated(municipality, n), true
	}
	return g.named(municipality, n)
}
