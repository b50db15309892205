package operate

import (
	"math"
	"time"

	"kosodate.example/onestop/storage/postgres"
)

// Thresholds are what the trial of a pair has to show before it is ready for full operation; a deployment sets them.
type Thresholds struct {
	Cases     int     // documents compared, at least
	Agreement float64 // part of them that agreed at first, at least: 0 to 1
	Open      int     // files of discrepancies that are not closed, at most
}

// Figures are what the trial has shown (R3). A document counts once, as it compared at first.
type Figures struct {
	Compared   int64
	Matched    int64    // the same, also where it is written in another way
	Judged     int64    // a person looked, and found it the same: no difference, and counted apart
	Facts      int64    // discrepant: the facts differed
	Outcome    int64    // discrepant: the facts agreed, what follows from them did not
	NoAnswer   int64    // discrepant: the network gave no answer
	Slips      int64    // of readers: not of the data, and in no other figure
	Files      int64    // of discrepancies, open ones included
	Open       int64    // of them
	MedianDays *float64 // from opening to closing, calendar days in Japan; nil while none is closed

	Causes Causes // of closed files

	FirstAt, LastAt *time.Time // of the comparisons; nil while nothing was compared
}

// Causes is how many closed files of differences had which cause (R7).
type Causes struct {
	Own      int64
	Provider int64
	Document int64 // wrong or old
	Unknown  int64
}

// Agreed is how many documents agreed at first, those that a person had to look at included.
func (f Figures) Agreed() int64 { return f.Matched + f.Judged }

// Discrepant is how many documents did not agree at first.
func (f Figures) Discrepant() int64 { return f.Compared - f.Agreed() }

// Agreement is the part of the documents that agreed at first; nil while none was compared.
func (f Figures) Agreement() *float64 {
	if f.Compared == 0 {
		return nil
	}
	rate := float64(f.Agreed()) / float64(f.Compared)
	return &rate
}

func figuresOf(c postgres.TrialFigures) Figures {
	return Figures{
		Compared:   c.Compared,
		Matched:    c.Matched,
		Facts:      c.Facts,
		Outcome:    c.Outcome,
		NoAnswer:   c.NoAnswer,
		Judged:     c.Judged,
		Slips:      c.Slips,
		Causes:     Causes{Own: c.Own, Provider: c.Provider, Document: c.Paper, Unknown: c.Unknown},
		Files:      c.Files,
		Open:       c.Open,
		MedianDays: c.MedianDays,
		FirstAt:    c.FirstAt,
		LastAt:     c.LastAt,
	}
}

// The thresholds, by the names that Missing and the configuration give them.
const (
	LackingCases     = "cases"
	LackingAgreement = "agreement"
	LackingOpen      = "open"
)

// Missing is one threshold that is not reached.
type Missing struct {
	Threshold string  // LackingCases, LackingAgreement, LackingOpen
	Have      float64 // cases, a part from 0 to 1, or open files
	Need      float64
	// Lacking is how many: cases to compare; documents that have to agree in a row to reach the rate, 0 if no number of
	// them would; files to close.
	Lacking int64
}

// hair forgives what binary fractions cost: 19 of 20 reach 0.95.
const hair = 1e-9

// missing is what figures lack to reach the thresholds, in the order of the thresholds. Before anything was compared
// there is no rate to judge, and the cases are lacking.
func (t Thresholds) missing(f Figures) []Missing {
	var out []Missing
	if lacking := int64(t.Cases) - f.Compared; lacking > 0 {
		out = append(out, Missing{LackingCases, float64(f.Compared), float64(t.Cases), lacking})
	}
	if rate := f.Agreement(); rate != nil && *rate < t.Agreement-hair {
		out = append(out, Missing{LackingAgreement, *rate, t.Agreement, t.inARow(f)})
	}
	if lacking := f.Open - int64(t.Open); lacking > 0 {
		out = append(out, Missing{LackingOpen, float64(f.Open), float64(t.Open), lacking})
	}
	return out
}

// inARow is how many more documents have to agree, one after the other, until the rate is reached: the smallest k with
// (agreed + k) / (compared + k) ≥ agreement.
func (t Thresholds) inARow(f Figures) int64 {
	if t.Agreement >= 1 {
		return 0
	}
	return int64(math.Ceil((t.Agreement*float64(f.Compared)-float64(f.Agreed()))/(1-t.Agreement) - hair))
}
