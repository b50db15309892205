// Package task holds the arguments of every job: ids alone, never personal data. app/job has the workers.
package task

import (
	"time"

	"github.com/riverqueue/river"
)

// Scan asks for a virus scan of one stored file (security.md, "Files").
type Scan struct {
	Municipality string `json:"municipality"`
	Application  string `json:"application"`
	File         string `json:"file"`
}

// Kind names the job in the queue.
func (Scan) Kind() string { return "scan" }

// InsertOpts says how it is tried: a scan whose scanner is down is tried for about a day; the sweeper asks again after that.
func (Scan) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 20} }

// Notify puts a message about an application into its owner's inbox, once.
type Notify struct {
	Municipality string `json:"municipality"`
	Application  string `json:"application"`
	What         string `json:"what"`             // the message's kind
	Detail       string `json:"detail"`           // a code or document/subject, never what the person wrote
	File         string `json:"file,omitempty"`   // the id of the file it is about: there is one message a file
	Number       int    `json:"number,omitempty"` // of the correction or the decision, or days before a draft expires: there is one message each
	Due          string `json:"due,omitempty"`    // YYYY-MM-DD, of a correction, or the last day of a draft
}

// Kind names the job in the queue.
func (Notify) Kind() string { return "notify" }

// Remind tells the owner that a document declared to follow is due (P1).
type Remind struct {
	Municipality string `json:"municipality"`
	Application  string `json:"application"`
	Document     string `json:"document"`
	Subject      string `json:"subject"`
}

// Kind names the job in the queue.
func (Remind) Kind() string { return "remind" }

// Sweep takes away what nobody claimed: abandoned uploads, objects queued for removal, old answers, ended sessions,
// drafts that nobody came back to; and asks again for scans that were never made.
type Sweep struct{}

// Kind names the job in the queue.
func (Sweep) Kind() string { return "sweep" }

// InsertOpts says how it is tried: one attempt, since the next period sweeps again.
func (Sweep) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

// Erase erases the cases whose time is over, and what else is kept by its age (retention).
type Erase struct{}

// Kind names the job in the queue.
func (Erase) Kind() string { return "erase" }

// InsertOpts says how it is tried: one attempt, since the next period goes on where this one stopped.
func (Erase) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

// SealAudit seals what is new in the audit trail (security.md, "Audit").
type SealAudit struct{}

// Kind names the job in the queue.
func (SealAudit) Kind() string { return "seal-audit" }

// InsertOpts says how it is tried: one attempt, since the next period seals again.
func (SealAudit) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

// Inquire asks the inter-agency network one question and waits for its answer; the id is the network's idempotency key
// too, so that however often the job runs, it is asked once.
type Inquire struct {
	Municipality string `json:"municipality"`
	Inquiry      string `json:"inquiry"`
}

// Kind names the job in the queue.
func (Inquire) Kind() string { return "inquire" }

// InsertOpts says how it is tried: what fails is tried again until the inquiry's own time is over; then a reviewer has it.
func (Inquire) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 100, Queue: InquiryQueue}
}

// LookUp asks the directory of residents about whom a case is about that has arrived: it is hidden until the answer (支援措置).
type LookUp struct {
	Municipality string `json:"municipality"`
	Application  string `json:"application"`
}

// Kind names the job in the queue.
func (LookUp) Kind() string { return "look-up" }

// InsertOpts says how it is tried: while the directory is down the sweep asks again.
func (LookUp) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 5, Queue: InquiryQueue}
}

// InquiryQueue keeps inquiries, of which there may be very many, from holding up messages and scans.
const InquiryQueue = "inquiries"

// Later says that a job is not done and goes on after a time, without having failed: an answer is awaited, or what it
// needs is down. It holds no worker meanwhile.
type Later struct{ After time.Duration }

// Error says so.
func (l Later) Error() string { return "goes on in " + l.After.String() }

// CheckSignature asks the authority whether a certificate was revoked when its holder signed (P3).
type CheckSignature struct {
	Municipality string `json:"municipality"`
	Application  string `json:"application"`
	Number       int    `json:"number"`
}

// Kind names the job in the queue.
func (CheckSignature) Kind() string { return "check-signature" }

// StampSignature asks for a time stamp of a signature (P3).
type StampSignature struct {
	Municipality string `json:"municipality"`
	Application  string `json:"application"`
	Number       int    `json:"number"`
}

// Kind names the job in the queue.
func (StampSignature) Kind() string { return "stamp-signature" }

// MakeExport makes one file for another system.
type MakeExport struct {
	Municipality string `json:"municipality"`
	Export       string `json:"export"`
}

// Kind names the job in the queue.
func (MakeExport) Kind() string { return "make-export" }

// Transfer passes a case on to the right municipality (移送): the receiving office's copy is made.
type Transfer struct {
	Municipality string `json:"municipality"` // that passed it on
	Application  string `json:"application"`
	To           string `json:"to"`
}

// Kind names the job in the queue.
func (Transfer) Kind() string { return "transfer" }

// Mail sends the mail that tells a person of one message.
type Mail struct {
	Municipality string `json:"municipality"`
	Message      string `json:"message"`
}

// Kind names the job in the queue.
func (Mail) Kind() string { return "mail" }

// InsertOpts says how it is tried: a mail that the server does not take is tried for about two days; the message is in the inbox all the while.
func (Mail) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 15, Queue: MailQueue} }

// MailQueue keeps mails, which wait for a server elsewhere, from holding up everything else.
const MailQueue = "mails"

// Broadcast puts a message to a group of parents into inboxes, page by page, from where it stopped.
type Broadcast struct {
	Municipality string `json:"municipality"`
	Broadcast    string `json:"broadcast"`
}

// Kind names the job in the queue.
func (Broadcast) Kind() string { return "broadcast" }

// InsertOpts says how it is tried: each attempt goes on from where the one before it stopped.
func (Broadcast) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 100} }

// MakeView makes the view copy of one file that a scan has found clean.
type MakeView struct {
	Municipality string `json:"municipality"`
	Application  string `json:"application"`
	File         string `json:"file"`
	Try          int    `json:"try,omitempty"` // how often it took too much time before
}

// Kind names the job in the queue.
func (MakeView) Kind() string { return "make-view" }

// ReplayEdition tries an edition of the catalogue on cases that were filed, batch by batch, from where it stopped (P8).
type ReplayEdition struct {
	Replay string `json:"replay"`
}

// Kind names the job in the queue.
func (ReplayEdition) Kind() string { return "replay-edition" }

// InsertOpts says how it is tried: each attempt goes on from where the one before it stopped.
func (ReplayEdition) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 100, Queue: ReplayQueue}
}

// ReplayQueue lets a node work at one replay at a time: each takes two cores while it runs.
const ReplayQueue = "replays"
