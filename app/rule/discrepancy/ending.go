package discrepancy

// Cause is who or what caused a difference.
type Cause string

// The causes. CauseOwn stands where the own side was at fault and the reviewer did not say which part of it.
const (
	CauseOwn          Cause = "own"
	CauseOwnOperation Cause = "own-operation"
	CauseOwnSystem    Cause = "own-system"
	CauseProvider     Cause = "provider-data"
	CauseDocument     Cause = "document" // wrong or old
	CauseUnknown      Cause = "unknown"

	// CauseSlip is that of a file which a slip of the reader opened, and no difference of the data (P12). It is none of Causes: the
	// program gives it where the corrected reading agrees.
	CauseSlip Cause = "slip"
)

// Causes are all of them.
var Causes = []Cause{CauseOwn, CauseOwnOperation, CauseOwnSystem, CauseProvider, CauseDocument, CauseUnknown}

// On what a case is processed when the file of its discrepancy is closed.
const (
	BasisAnswer   = "answer"
	BasisDocument = "document"
)

// causeOf is the cause that the last main step tells of.
func causeOf(s Step) Cause {
	switch s {
	case StepOwnCorrected:
		return CauseOwn
	case StepCorrected:
		return CauseProvider
	case StepConfirmed:
		return CauseDocument
	default: // the others go on below
	}
	return CauseUnknown
}

// paper says whether the case may be processed on its attachments whatever the provider says (R5, P6).
func (f File) paper() bool { return f.Suspended || f.Unconsented }

// Basis says on what the case is processed as the file stands: BasisAnswer, BasisDocument, or "" while it cannot be closed.
// On the document it is only after the provider could not confirm (3ii), or where the item was suspended or the consent
// taken back after filing (R5, P6).
func Basis(f File) string {
	switch {
	case f.Step == "":
		return ""
	case (f.Step == StepOwnCorrected || f.Step == StepCorrected) && f.AskedAgain,
		f.Step == StepConfirmed && f.AnswerIn:
		return BasisAnswer
	case f.DocumentRead && (f.Step == StepCannotConfirm || f.paper()):
		return BasisDocument
	}
	return ""
}
