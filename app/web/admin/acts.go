package admin

import (
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/models"
)

// acts are all actions of the audit trail, each with words of its own (act.NAME); TestEveryActHasWords holds them to the code.
var acts = strings.Fields(`
	create save delete-draft put-draft-back file expire sign-again signature-failed stamp-signature submit-correction withdraw
	receive-file open-file open-original open-view remake-view delete-file put-file-back scan-clean scan-infected scan-failed
	list-cases open-case claim-case release-case assign-case take-over-case accept read-document judge-comparison request-correction correction-lapsed
	decide reopen transfer open-decision open-letter add-note list-notes export-case protect unprotect
	item-receive item-infected item-read item-ask item-answer item-no-answer item-agree item-differ item-network-alone item-direct item-close
	item-fall-back item-waive item-ask-again item-reread
	open-discrepancy discrepancy-operation-checked discrepancy-system-checked discrepancy-own-fault-corrected discrepancy-provider-asked
	discrepancy-provider-corrected discrepancy-provider-confirmed discrepancy-provider-cannot-confirm discrepancy-similar-checked
	discrepancy-ministry-asked discrepancy-ministry-told discrepancy-reported discrepancy-closed discrepancy-slip-corrected
	exchange link-resident search-directory list-records list-inquiries show-information show-record hide-record
	list-reassessments deal-with-reassessment tell-reassessed
	check-identity receive-paper scan-paper list-counter-drafts
	hand-over open-handover accept-handover decline-handover ask-to-share open-share-request grant-consent decline-consent revoke-consent use-consent
	receive-provider-request open-provider-request step-provider-request list-provider-requests
	upload-edition draft-edition replace-draft-edition propose-edition approve-edition cancel-edition certify-edition replay-edition-on-filed-cases
	propose-change propose-suspension propose-lift approved cancelled confirmed cancel suspend supersede register-circular
	put-readiness-check drop-readiness-check import-history import
	change-settings change-letter-settings add-boilerplate change-boilerplate retire-boilerplate put-staff list-staff
	list-staff-sessions end-staff-sessions set-away confirm-briefing
	propose-grant grant-approved grant-rejected grant-ended propose-core-system approve-core-system stop-core-system revoke-core-system
	core-token read-core-events core-took-case core-refused-case payment-started
	receive-intake take-in-application keep-for-clerk list-intake open-intake-item open-intake-file settle-intake draft-intake
	send-message stop-message resume-message request-export list-exports open-export refused search-audit verify-audit erase erase-again`)

// act says an action in words.
func (n *names) act(action string) string {
	if !slices.Contains(acts, action) {
		action = "other"
	}
	return n.r.Text("act." + action)
}

// deed is what somebody did in one go: one entry, with what the same request looked up beside it, and how often it was done again.
type deed struct {
	entry
	Times  int
	Beside []string
}

// again is within which time the same act on the same thing is one line.
const again = 10 * time.Minute

// looks begin the names of actions that only show something. To show a record to its person (show-record) is none: it is decided.
var looks = []string{"open-", "list-", "search-", "show-information"}

func look(action string) bool {
	return slices.ContainsFunc(looks, func(begin string) bool { return strings.HasPrefix(action, begin) })
}

// deeds fold entries, newest first: those of one request, and the same act done again, are one line.
func (n *names) deeds(entries []models.AuditEntry) []deed {
	var out []deed
	for i := range entries {
		e := n.entry(entries[i])
		if len(out) == 0 || !out[len(out)-1].takes(&e) {
			out = append(out, deed{entry: e, Times: 1})
		}
	}
	return out
}

// takes folds an older entry into the line, if both are one act.
func (d *deed) takes(e *entry) bool {
	same := d.Actor == e.Actor && d.AuditEntry.Role == e.AuditEntry.Role
	switch {
	case !same:
		return false
	case d.Action == e.Action && d.ObjectID == e.ObjectID && d.At.Sub(e.At) < again:
		if d.RequestID != e.RequestID {
			d.Times++
		}
		return true
	case d.RequestID == "" || d.RequestID != e.RequestID:
		return false
	case look(d.Action) && !look(e.Action): // what was done goes before what was looked up for it
		d.Beside = append(d.Beside, d.What)
		d.entry = *e
	default:
		d.Beside = append(d.Beside, e.What)
	}
	slices.Sort(d.Beside)
	d.Beside = slices.Compact(d.Beside)
	return true
}
