package queue

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Flags of a case in the queue. The list is filtered by each of them and shows which a case has.
const (
	FlagLate       = "late"              // filed after its deadline
	FlagUrgent     = "urgent"            // a discrepancy is overdue
	FlagProtected  = "protected"         // 支援措置
	FlagChecking   = "checking"          // the directory has not said yet whether somebody is protected
	FlagMine       = "mine"              // held by the reviewer who asks
	FlagClaimed    = "claimed"           // held by anybody
	FlagUnclaimed  = "unclaimed"         // held by nobody
	FlagAwaiting   = "awaiting-document" // a document is still to come
	FlagAnswered   = "answered"          // an answer of the network waits to be looked at
	FlagDiscrepant = "discrepant"        // a discrepancy's file is open
	FlagTask       = "task"              // something waits for a person, such as an inquiry that gave up
	FlagCounter    = "counter"           // taken in at the counter (R16)
)

// Flags are all flags, in the order in which a case shows them.
var Flags = []string{
	FlagUrgent,
	FlagLate,
	FlagProtected,
	FlagChecking,
	FlagMine,
	FlagClaimed,
	FlagUnclaimed,
	FlagAwaiting,
	FlagAnswered,
	FlagDiscrepant,
	FlagTask,
	FlagCounter,
}

// States are those in which a case can be in the queue: all but a draft's.
var States = []models.ApplicationState{models.StateArrived, models.StateInReview, models.StateCorrectionRequested, models.StateDecided, models.StateWithdrawn,
	models.StateSignatureInvalid, models.StateTransferred}

// MaxAge is the most working days that a filter by age takes.
const MaxAge = 1000

// MaxPage is the most cases of one page.
const MaxPage = 200

// Filter says which cases a page shows; zero members do not filter.
type Filter struct {
	State     models.ApplicationState // empty: the open ones; with Query all
	Procedure string
	Flags     []string // all of them at once
	OlderThan int      // working days since arrival, more than; 0 does not filter
	Query     string   // what somebody has in hand: search.go
	Sort      string   // of postgres.QueueSorts, with "-" before it backwards; empty: urgent cases first, then by arrival
	IDs       []string // these alone, in any state
	Cursor    string   // what the page before gave
	Limit     int      // 1 to MaxPage
}

// plan makes the storage's query of a filter, but for what it searches. Errors: invalid-request with the parameter.
func (s *Service) plan(municipality string, f Filter) (postgres.QueueQuery, error) {
	q := postgres.QueueQuery{
		State: f.State,
		Open:  f.State == "" && f.Query == "" && f.IDs == nil,
		IDs:   f.IDs,
		Limit: min(max(f.Limit, 1), MaxPage) + 1,
	} // one more shows whether there is a next page
	if f.State != "" && !slices.Contains(States, f.State) {
		return q, badParameter("state", "unknown-state")
	}
	if f.Procedure != "" {
		if s.dossiers.Editions.ForProcedure(municipality, f.Procedure).Procedure(f.Procedure) == nil {
			return q, badParameter("procedure", "unknown-procedure")
		}
		q.Procedures = []string{f.Procedure}
	}
	if f.OlderThan < 0 || f.OlderThan > MaxAge {
		return q, badParameter("older_than", "age-range", fault.Number("most", MaxAge))
	}
	for _, flag := range f.Flags {
		if !raise(&q, flag) {
			return q, badParameter("flag", "unknown-flag")
		}
	}
	by, desc := strings.CutPrefix(f.Sort, "-")
	if by != "" && !slices.Contains(postgres.QueueSorts(), postgres.QueueSort(by)) {
		return q, badParameter("sort", "unknown-sort")
	}
	if q.Open || f.Query != "" { // what is over is never all read to be sorted
		q.Sort, q.Desc = postgres.QueueSort(by), desc
	}
	if f.Cursor == "" {
		return q, nil
	}
	var ok bool
	if q.After, ok = parseCursor(q.Sort, f.Cursor); !ok {
		return q, badParameter("cursor", "invalid-cursor")
	}
	return q, nil
}

func raise(q *postgres.QueueQuery, flag string) bool {
	switch flag {
	case FlagLate:
		q.Late = true
	case FlagUrgent:
		q.Urgent = true
	case FlagProtected:
		q.Protected = true
	case FlagChecking:
		q.Checking = true
	case FlagCounter:
		q.Counter = true
	case FlagMine:
		q.Mine = true
	case FlagClaimed:
		q.Claimed = true
	case FlagUnclaimed:
		q.Unclaimed = true
	case FlagTask:
		q.Task = true
	case FlagAwaiting:
		q.Items = append(q.Items, models.ItemAwaiting)
	case FlagAnswered:
		q.Items = append(q.Items, models.ItemAnswered)
	case FlagDiscrepant:
		q.Items = append(q.Items, models.ItemDiscrepant)
	default:
		return false
	}
	return true
}

// cursorOf writes a case's place; its shape is nobody's business but parseCursor's.
func cursorOf(by postgres.QueueSort, p *postgres.QueuePlace) string {
	urgent := "0"
	if p.Urgent {
		urgent = "1"
	}
	at := urgent + strconv.FormatInt(p.ArrivedAt.UnixMicro(), 36) + "." + p.ID
	if by != "" {
		at += "." + string(by) + "." + p.Value
	}
	return base64.RawURLEncoding.EncodeToString([]byte(at))
}

// parseCursor reads a place in a list that is sorted so; what was sorted otherwise has other places.
func parseCursor(by postgres.QueueSort, cursor string) (*postgres.QueuePlace, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	at, rest, found := strings.Cut(string(raw), ".")
	id, sorted, _ := strings.Cut(rest, ".")
	if err != nil || !found || len(at) < 2 || !models.ValidID(id) || at[0] != '0' && at[0] != '1' {
		return nil, false
	}
	micros, err := strconv.ParseInt(at[1:], 36, 64)
	arrived := time.UnixMicro(micros).UTC()
	if err != nil || arrived.Year() < 1 || arrived.Year() > 9999 { // the database has no other years
		return nil, false
	}
	was, value, _ := strings.Cut(sorted, ".")
	if was != string(by) || !sortable(by, value) {
		return nil, false
	}
	return &postgres.QueuePlace{Urgent: at[0] == '1', Value: value, ArrivedAt: arrived, ID: id}, true
}

// sortable says whether a value is one of those that a list is sorted by: the database refuses what it cannot read.
func sortable(by postgres.QueueSort, value string) bool {
	switch by {
	case postgres.SortDue:
		_, err := jp.ParseDate(value)
		return err == nil
	case postgres.SortReading:
		n, err := strconv.Atoi(value)
		return err == nil && n >= 0 && n <= jp.OtherRow
	case postgres.SortHolder:
		return models.ValidID(value)
	case "", postgres.SortArrived:
		return value == ""
	case postgres.SortReceipt, postgres.SortProcedure, postgres.SortState:
	}
	return value != "" && len(value) <= 100 && utf8.ValidString(value) && !strings.ContainsRune(value, 0)
}
