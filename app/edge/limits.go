package edge

import "time"

// Limits are all that bounds a client. A zero member gets the default named beside it.
type Limits struct {
	JSONBytes   int64 // 256 KiB: largest body of a JSON route or of an HTML form
	JSONDepth   int   // 32: deepest nesting of JSON; forms refuse more than 8 by themselves
	JSONMembers int   // 10,000: values in one JSON body

	HeaderTime   time.Duration // 5 s: until the headers are there
	BodyTime     time.Duration // 15 s: until the body of a JSON route or a form is there
	RequestTime  time.Duration // 30 s: for the handler of a JSON route or a page
	TransferTime time.Duration // 15 min: for a whole upload or download
	WriteTime    time.Duration // 60 s: until the answer, or the next piece of a download, has been taken
	IdleTime     time.Duration // 2 min: for a connection between two requests
	DrainTime    time.Duration // 0: between "not ready" and the last request that is accepted, so that proxies notice
	ShutdownTime time.Duration // 30 s: for requests under way when the program stops
	HeaderBytes  int           // 32 KiB

	UploadGrace   time.Duration // 20 s: longest pause within an upload, and what a slow start is forgiven
	UploadMinRate int64         // 4 KiB/s: an upload that is slower on average is cut

	Address Rate // 100/s, 500 at once: requests of one address
	Account Rate // 20/s, 100 at once: requests of one account
	Login   Rate // 2/s, 120 at once: steps of signing in (two each) of one address, which can be a whole office
	Uploads Rate // 2/s, 60 at once: uploads of one account
	Tracked int  // 20,000: addresses, and accounts, that are remembered at a time, about 200 B each
}

// Rate is a token bucket: so many a second in the long run, Burst at once. A negative PerSecond is no limit.
type Rate struct {
	PerSecond float64
	Burst     int
}

func (l *Limits) complete() {
	setDefault(&l.JSONBytes, 256<<10)
	setDefault(&l.JSONDepth, 32)
	setDefault(&l.JSONMembers, 10_000)
	setDefault(&l.HeaderTime, 5*time.Second)
	setDefault(&l.BodyTime, 15*time.Second)
	setDefault(&l.RequestTime, 30*time.Second)
	setDefault(&l.TransferTime, 15*time.Minute)
	setDefault(&l.WriteTime, time.Minute)
	setDefault(&l.IdleTime, 2*time.Minute)
	setDefault(&l.ShutdownTime, 30*time.Second)
	setDefault(&l.HeaderBytes, 32<<10)
	setDefault(&l.UploadGrace, 20*time.Second)
	setDefault(&l.UploadMinRate, 4<<10)
	setDefault(&l.Address, Rate{100, 500})
	setDefault(&l.Account, Rate{20, 100})
	setDefault(&l.Login, Rate{2, 120})
	setDefault(&l.Uploads, Rate{2, 60})
	setDefault(&l.Tracked, 20_000)
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// timeOf is how long the handler of a class may take.
func (l *Limits) timeOf(c Class) time.Duration {
	if c == Upload || c == Download {
		return l.TransferTime
	}
	return l.RequestTime
}
