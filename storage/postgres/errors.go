package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"kosodate.example/onestop/app/fault"
)

// ErrUnavailable is what a caller gets while the server is down, restarting, or too slow to give a lock.
var ErrUnavailable = fault.New(fault.Unavailable, fault.CodeUnavailable, "").
	Note("component", "database")

// Violated names the constraint or unique index that an error of InTx violated, or is empty.
func Violated(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "23505" || pg.Code == "23514" || pg.Code == "23503") {
		return pg.ConstraintName
	}
	return ""
}

// LatePhaseRow says whether the database refused a phase row as committed too close to its instant.
func LatePhaseRow(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "OS003"
}

// translate makes a fault of what the driver returns; a fault passes unchanged, and so does a call that its caller
// cancelled, since nobody waits for its answer.
func translate(err error) error {
	if err == nil || fault.As(err) != nil || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows) || errors.Is(err, pgx.ErrNoRows) {
		return fault.ErrNotFound
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return translateServer(err, pg)
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fault.ErrConflict.Because(err)
	}
	var netErr net.Error
	var connectErr *pgconn.ConnectError
	if errors.As(err, &netErr) || errors.As(err, &connectErr) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, sql.ErrTxDone) || // its time was over, and database/sql had rolled it back
		errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err) || closed(err) {
		return ErrUnavailable.Because(err)
	}
	return err
}

func translateServer(err error, pg *pgconn.PgError) error {
	switch {
	case pg.Code == "23505", pg.Code == "40001", pg.Code == "40P01", pg.Code == "OS002":
		return fault.ErrConflict.Because(err)
	case pg.Code == "42501": // row security refused a write
		return fault.ErrForbidden.Because(err)
	case slices.ContainsFunc(later, func(class string) bool { return strings.HasPrefix(pg.Code, class) }):
		return ErrUnavailable.Because(err)
	}
	return err
}

// later are the states, and classes of states, in which a server may do tomorrow what it does not do now (PostgreSQL, Appendix A).
var later = []string{
	"08",    // the connection
	"25006", // takes no writes: a standby, or made read-only
	"25P03", // idle for too long in a transaction
	"25P04", // a transaction for too long
	"53",    // no room: connections, memory, disk
	"55000", // not in the state for it: just promoted, just stopping
	"55P03", // a lock was not to be had
	"57014", // a statement for too long
	"57P",   // shut down, crashed, starting, a session for too long
	"58",    // the system below it
}

// closed recognises a connection that ended under a statement, for which pgx has no type.
func closed(err error) bool {
	return pgconn.SafeToRetry(err) || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		strings.HasSuffix(err.Error(), "conn closed")
}
