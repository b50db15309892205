package child

import (
	"context"
	"fmt"
	"time"
)

// tick is how often a starting server is asked: no server here announces that it is ready.
const tick = 20 * time.Millisecond

// Ready waits until ask succeeds. It ends early if the child ends, and with ask's last error if ctx ends.
func (p *Process) Ready(ctx context.Context, ask func(context.Context) error) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended while it started: %w", p.cmd.Path, p.Err())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready in time: %w", p.cmd.Path, err)
		case <-ticker.C:
		}
	}
}
