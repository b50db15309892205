package notify

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const (
	// groupPage is how many cases are looked at in one transaction.
	groupPage = 200
	// groupTurn is for how long a job goes on before it lets others have its place. It is well below a job's limit.
	groupTurn = 20 * time.Second
)

// Spread puts a message to a group into inboxes, from where it stopped. Each page of cases is one transaction with the
// messages, their mails and how far it has come, so that a worker that is killed loses at most the page that it was at, and
// each parent gets exactly one message (unique by broadcast and person), however many cases they have. Between pages it
// sees that it was stopped. Errors: not-found when the broadcast is gone; task.Later when its turn is over.
func (s *Service) Spread(ctx context.Context, t task.Broadcast) error {
	actor := models.System(t.Municipality, "broadcast")
	for began := time.Now(); time.Since(began) < groupTurn; {
		page, err := s.groupOf(ctx, actor, t.Broadcast)
		if err != nil || page == nil {
			return err
		}
		if err := s.deliver(ctx, actor, page); err != nil {
			return err
		}
		if page.last {
			return nil
		}
	}
	return task.Later{}
}

// group is one page: the cases that were looked at, and whose owners are in the group.
type group struct {
	broadcast *models.Broadcast
	cursor    *string // of the last case; the broadcast's own if there was none
	cases     int
	people    []string
	last      bool
}

// groupOf reads the next page and, if the children's ages matter, opens each case, outside any transaction: a key may
// come from a KMS. nil if the broadcast is not running.
func (s *Service) groupOf(ctx context.Context, actor models.Actor, id string) (*group, error) {
	var b *models.Broadcast
	var cases []models.Application
	var contents map[string]models.Revision
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if b, err = tx.Broadcast(id); err != nil || b.State != models.BroadcastRunning {
			return err
		}
		if cases, err = tx.GroupPage(b, groupPage); err != nil || !byAge(b) {
			return err
		}
		contents, err = tx.FiledContents(cases)
		return err
	})
	if err != nil || b.State != models.BroadcastRunning {
		return nil, err
	}
	out := &group{broadcast: b, cursor: b.Cursor, cases: len(cases), last: len(cases) < groupPage}
	for i := range cases {
		app := &cases[i]
		out.cursor = &app.ID
		in := true
		if byAge(b) {
			content, there := contents[app.ID]
			if in, err = s.hasChildOf(ctx, b, app, &content); err != nil {
				return nil, err
			}
			in = in && there
		}
		if in {
			out.people = append(out.people, app.PersonID)
		}
	}
	return out, nil
}

func byAge(b *models.Broadcast) bool { return b.ChildAgeFrom != nil || b.ChildAgeTo != nil }

// hasChildOf opens what was filed and says whether a child has an age in the range on the day. What was erased meanwhile
// has no child.
func (s *Service) hasChildOf(ctx context.Context, b *models.Broadcast, app *models.Application, filed *models.Revision) (bool, error) {
	if app.WrappedKey == nil || filed.Sealed == nil {
		return false, nil
	}
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if err != nil {
		return false, err
	}
	content, err := dossier.OpenContent(key, filed)
	if err != nil {
		return false, err
	}
	day := jp.DateOf(b.AgesOn)
	for _, child := range content.Children() {
		birth, err := jp.ParseDate(child.BirthDate)
		if err != nil || day.Before(birth) { // not born on the day
			continue
		}
		age := jp.Age(birth, day)
		if (b.ChildAgeFrom == nil || age >= *b.ChildAgeFrom) && (b.ChildAgeTo == nil || age <= *b.ChildAgeTo) {
			return true, nil
		}
	}
	return false, nil
}

// deliver writes a page. If the broadcast was stopped meanwhile, or another worker has done the page, nothing is written.
func (s *Service) deliver(ctx context.Context, actor models.Actor, g *group) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		b, err := tx.HoldBroadcast(g.broadcast.ID)
		if err != nil {
			return err
		}
		if b.State != models.BroadcastRunning || !same(b.Cursor, g.broadcast.Cursor) {
			g.last = false // the next look says what there is to do
			return nil
		}
		added, mailed, err := tx.PutGroupMessages(b, KindBroadcast, g.people, s.opt.Mailer != nil)
		if err != nil {
			return err
		}
		changes := []postgres.Assignment{
			postgres.Set(&b.Cursor, g.cursor),
			postgres.Set(&b.Examined, b.Examined+g.cases),
			postgres.Set(&b.Recipients, b.Recipients+added),
		}
		if g.last {
			changes = append(changes, postgres.Set(&b.State, models.BroadcastDone), postgres.Set(&b.EndedAt, &tx.Now))
		}
		tx.ChangeBroadcast(b, changes...)
		jobs := make([]river.JobArgs, len(mailed))
		for i, message := range mailed {
			jobs[i] = task.Mail{Municipality: b.Municipality, Message: message}
		}
		return tx.Enqueue(jobs...)
	})
}

func same(a, b *string) bool {
	return a == b || a != nil && b != nil && *a == *b
}
