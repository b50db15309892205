package edge

import (
	"container/list"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"kosodate.example/onestop/app/fault"
)

// rates are the budgets of one process: with several nodes behind a proxy, a client has each of them.
type rates struct{ address, account, login, upload, machine *budgets }

func newRates(l Limits) rates {
	return rates{
		address: newBudgets(l.Address, l.Tracked),
		account: newBudgets(l.Account, l.Tracked),
		login:   newBudgets(l.Login, l.Tracked),
		upload:  newBudgets(l.Uploads, l.Tracked),
		machine: newBudgets(Rate{}, l.Tracked),
	}
}

// budgets is a token bucket per key in bounded memory: when it is full, the key that was quiet for longest is forgotten,
// which gives it a full bucket again. Whoever can use that many addresses at once is not stopped by a rate.
type budgets struct {
	rate Rate
	max  int
	now  func() time.Time

	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // of *budget, most recent first
}

type budget struct {
	key     string
	limiter *rate.Limiter
}

func newBudgets(r Rate, most int) *budgets {
	return &budgets{rate: r, max: most, now: time.Now, byKey: map[string]*list.Element{}, order: list.New()}
}

// spend uses one token of the key. Fault: TooMany (too-many-requests, Extra "retry_after" in seconds).
func (b *budgets) spend(key string) error { return b.spendOf(key, b.rate) }

// spendOf is spend where each key has a budget of its own.
func (b *budgets) spendOf(key string, r Rate) error {
	if r.PerSecond < 0 || key == "" {
		return nil
	}
	now := b.now()
	reservation := b.limiterOf(key, r).ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if reservation.OK() && wait == 0 {
		return nil
	}
	reservation.CancelAt(now)
	seconds := int(math.Ceil(min(wait, time.Hour).Seconds()))
	return fault.New(fault.TooMany, fault.CodeTooMany, "").
		Note("retry_after", strconv.Itoa(max(seconds, 1)))
}

func (b *budgets) limiterOf(key string, r Rate) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if el, ok := b.byKey[key]; ok {
		b.order.MoveToFront(el)
		return el.Value.(*budget).limiter
	}
	for b.order.Len() >= b.max {
		last := b.order.Back()
		delete(b.byKey, last.Value.(*budget).key)
		b.order.Remove(last)
	}
	one := &budget{key: key, limiter: rate.NewLimiter(rate.Limit(r.PerSecond), r.Burst)}
	b.byKey[key] = b.order.PushFront(one)
	return one.limiter
}

// limitAddress counts each request against its address, but for those of whoever watches over the program.
func (e *Edge) limitAddress(c *gin.Context) {
	rec := recordFrom(c.Request.Context())
	rec.address = network(rec.address)
	if !quiet(c.FullPath()) {
		if err := e.rates.address.spend(rec.address); err != nil {
			e.Fail(c, err)
			return
		}
	}
	c.Next()
}

// network is the address to count by: of IPv6 the /64, since one household has all of it.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap()
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
