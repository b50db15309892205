package document

import (
	"strconv"
	"time"

	"kosodate.example/onestop/app/dossier"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// working says whether the newest revision is still in its owner's hands: a draft, or a correction asked for.
func working(app *models.Application) bool {
	return app.State == models.StateDraft || app.State == models.StateCorrectionRequested
}

// handedIn says whether a file is the municipality's already.
func handedIn(app *models.Application, f *models.File) bool { return dossier.Handed(app, f) }

// admit says whether a file of a document is taken now: in a draft and in a correction each that the procedure's
// version may ask for; else, until the decision, each that was declared to follow (P1). It gives the requirement that
// the file belongs to, nil in a draft. Errors: invalid-file for a document that is never asked for; not-allowed-now.
func (s *Service) admit(tx *postgres.Tx, app *models.Application, document, subject string) (*models.PlanItem, error) {
	if err := s.handles(tx, app); err != nil {
		return nil, err
	}
	at, err := s.decidedAt(tx, app)
	if err != nil {
		return nil, err
	}
	v, err := s.version(tx, app, at)
	if err != nil {
		return nil, err
	}
	if !v.Asks(document, subject) {
		return nil, fault.Detail{Code: "unknown-document", Document: document, Subject: subject, Municipality: app.Municipality}.
			Alone(fault.Refused, fault.CodeInvalidFile)
	}
	switch app.State {
	case models.StateDraft:
		return nil, nil
	case models.StateCorrectionRequested:
		return requirement(tx, app.ID, document, subject)
	case models.StateArrived, models.StateInReview:
		item, err := requirement(tx, app.ID, document, subject)
		if err != nil {
			return nil, err
		}
		if item == nil || !awaits(item) {
			return nil, notNow(app, "not-awaited")
		}
		return item, nil
	case models.StateSignatureInvalid:
		return nil, notNow(app, "documents-after-signing")
	default: // the others go on below
	}
	return nil, notNow(app, "files-closed")
}

// version is the procedure's version whose documents are taken: of the edition that decided the case, or of that in force for a
// draft.
func (s *Service) version(tx *postgres.Tx, app *models.Application, at time.Time) (*catalogue.Version, error) {
	if app.ArrivedAt != nil {
		decided, err := s.dossiers.Decided(tx, app)
		if err != nil {
			return nil, err
		}
		return dossier.Version(decided, app.Procedure, at)
	}
	now, err := s.dossiers.Editions.For(tx, app, at)
	if err != nil {
		return nil, err
	}
	return dossier.Version(now.Catalogue, app.Procedure, at)
}

// handles says whether the actor may put files into an application and take them out: its applicant, or a clerk into the
// draft of a paper case. Once that is filed, what comes later comes on paper. Errors: not-found, not-allowed-now.
func (s *Service) handles(tx *postgres.Tx, app *models.Application) error {
	if err := s.dossiers.Handles(tx, app); err != nil {
		return err
	}
	if app.Unreached() && app.State != models.StateDraft {
		return notNow(app, "record-on-paper")
	}
	return nil
}

// decidedAt is the instant whose rules hold: the arrival, or now; the paper of a draft of the counter has arrived (P5).
func (s *Service) decidedAt(tx *postgres.Tx, app *models.Application) (time.Time, error) {
	if app.ArrivedAt != nil {
		return *app.ArrivedAt, nil
	}
	if app.Channel != models.ChannelCounter {
		return tx.Now, nil
	}
	intake, err := tx.CounterIntakeOf(app.ID)
	if err != nil || intake == nil {
		return tx.Now, err
	}
	return intake.ReceivedAt, nil
}

// awaits says whether a filed requirement takes files: it waits for its document, or the document that was to follow is
// coming page by page and nobody has read it yet, whether or not the network was asked meanwhile (P1).
func awaits(item *models.PlanItem) bool {
	switch item.State {
	case models.ItemAwaiting:
		return true
	case models.ItemReceived, models.ItemInquiring, models.ItemAnswered:
		return item.Declared != "" && !item.Read
	default: // the others go on below
	}
	return false
}

// requirement finds one of a filed application's requirements, or nil.
func requirement(tx *postgres.Tx, application, document, subject string) (*models.PlanItem, error) {
	items, err := tx.PlanItems(application)
	if err != nil {
		return nil, err
	}
	for i := range items {
		if items[i].Document == document && items[i].Subject == subject {
			return &items[i], nil
		}
	}
	return nil, nil
}

// room refuses a file over the limit of files. The application must be locked. What was replaced after it was filed is
// kept and so counts too, at twice the limit, or one name sent again and again would fill the store. replaces is the id of the
// file that goes for it, or empty.
func (s *Service) room(tx *postgres.Tx, app *models.Application, f *models.File, replaces string) error {
	n, err := tx.CountFiles(app.ID, f.Document, f.Subject, f.NameIndex, replaces)
	if err != nil {
		return err
	}
	if n < s.opt.MaxFiles && !working(app) {
		kept, err := tx.FilesOf(app.ID)
		if err != nil {
			return err
		}
		n = max(n, len(kept)-s.opt.MaxFiles)
	}
	if n < s.opt.MaxFiles {
		return nil
	}
	return s.tooMany()
}

func (s *Service) tooMany() *fault.Error {
	return fault.Detail{
		Code:    "too-many-files",
		Pointer: "/name",
		Params:  []fault.Param{fault.Number("limit", s.opt.MaxFiles)},
	}.Alone(fault.Refused, fault.CodeInvalidFile).Note("limit", strconv.Itoa(s.opt.MaxFiles))
}

// move changes a requirement's state by an event, if the rule allows it from where it is; moved says whether. What was
// read is no longer there after it: a document handed in anew is read anew.
func move(tx *postgres.Tx, item *models.PlanItem, event lifecycle.ItemEvent, revision int) (moved bool) {
	next, err := lifecycle.ItemNext(lifecycle.Item{
		Document: item.Document,
		Subject:  item.Subject,
		State:    item.State,
		Inquire:  item.Inquire,
		Omitted:  item.Decision == evidence.Omit,
		AnswerIn: item.Answered,
	}, event)
	if err != nil || next == item.State {
		return false
	}
	tx.ChangePlanItem(item, postgres.Set(&item.State, next), postgres.Set(&item.Revision, revision), postgres.Set(&item.Read, false))
	return true
}

func notNow(app *models.Application, reason fault.Reason) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, reason).Note("state", string(app.State))
}
