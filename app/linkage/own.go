package linkage

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Information is what public bodies hold about a person under one item (自己情報, R15).
type Information struct {
	Item     string
	Result   string         // as of an inquiry; "pending" if it did not come in time
	Provider string         // the body that holds it
	Facts    map[string]any // of a result "answered"
}

// Own asks the network what public bodies hold about the signed-in person, for that person alone. It is never stored: only
// that the person looked is recorded. login names the person's sign-in at the provider, by which the network knows whom
// it is about; items are the linkage items wanted, in the order of the answer. Fault: Unavailable (unavailable).
func (s *Service) Own(ctx context.Context, actor models.Actor, login string, items []string) ([]Information, error) {
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		person := actor.Person
		return tx.AddAudit(&models.AuditEntry{
			Action:     "show-information",
			ObjectKind: "person",
			ObjectID:   person,
			SubjectID:  &person,
		})
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.OwnTime)
	defer cancel()
	out := make([]Information, len(items))
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	for n, item := range items {
		group.Go(func() error {
			info, err := s.own(ctx, login, item)
			mu.Lock()
			defer mu.Unlock()
			out[n] = info
			return err
		})
	}
	return out, group.Wait()
}

func (s *Service) own(ctx context.Context, login, item string) (Information, error) {
	info := Information{Item: item, Result: "pending"}
	ticket, err := s.network.Own(ctx, nws.OwnRequest{Key: models.NewID(), Login: login, Item: item})
	if err != nil {
		return info, err
	}
	for wait := atLeast(ticket.PollAfter); ; {
		select {
		case <-ctx.Done():
			return info, nil // not in time: the person is told so, the other items are shown
		case <-time.After(wait):
		}
		reply, err := s.network.Poll(ctx, ticket.Reference)
		switch {
		case ctx.Err() != nil:
			return info, nil
		case err != nil:
			return info, err
		case reply.Pending:
			wait = atLeast(reply.PollAfter)
			continue
		}
		info.Result, info.Provider = string(reply.Result), reply.Provider
		if reply.Result == nws.Answered {
			info.Facts = known(s.dossiers.Editions.ForItem(item).Item(item), reply.Facts)
		}
		return info, nil
	}
}
