package app

import (
	"context"
	"encoding/hex"
	"time"

	"kosodate.example/onestop/app/rule/jp"
)

// pseudonymBytes are enough to tell the people of a day apart, and few enough for a line.
const pseudonymBytes = 8

// pseudonym tells one person's lines of the log from another's within a day (Japan time), on every node: a keyed digest, whose key is wrapped by the
// master key and lies in the database. Of another day it is another one, so that the log is no diary of anybody. Who it was, the audit trail says, which
// has the same request ids. Empty while the key cannot be had.
func (a *App) pseudonym(ctx context.Context, person string) string {
	return pseudonymOn(ctx, a, person, jp.DateIn(time.Now()))
}

func pseudonymOn(ctx context.Context, a *App, person string, day jp.Date) string {
	key, err := a.Dossiers.ServiceKey(ctx, "access-log")
	if err != nil {
		return ""
	}
	return hex.EncodeToString(key.BlindIndex("access-log "+day.String(), person)[:pseudonymBytes])
}
