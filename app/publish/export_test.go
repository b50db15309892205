package publish

import (
	"context"

	"kosodate.example/onestop/models"
)

// BatchOf lets a replay read so many cases at once.
func (s *Service) BatchOf(cases int) { s.batch = cases }

// StaleReplay compares the next batch of a replay, as a worker does that is killed, or held up, before it saves: save is what comes too
// late then.
func (s *Service) StaleReplay(ctx context.Context, id string) (save func() error, err error) {
	r, err := s.resume(ctx, id)
	if err != nil {
		return nil, err
	}
	b, err := r.read(ctx)
	if err != nil {
		return nil, err
	}
	found, err := r.compare(ctx, b)
	return func() error {
		_, err := r.save(ctx, b, found)
		return err
	}, err
}

// StepReplay does one batch of a replay, as a worker that is killed behind it.
func (s *Service) StepReplay(ctx context.Context, id string) (on bool, err error) {
	r, err := s.resume(ctx, id)
	if err != nil || r == nil || r.row.State != models.ReplayRunning {
		return false, err
	}
	return r.step(ctx)
}
