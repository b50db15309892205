package page

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Paged reads one page of a list, of at most size rows, from the key in the address on, and gives the key of the next page; empty on
// the last. Error: not-found for what is no key.
func Paged[T any](r *Request, size int, list func(postgres.Page) ([]T, error), id func(T) string) (rows []T, next string, err error) {
	after := r.Query("after")
	if after != "" && !models.ValidID(after) {
		return nil, "", fault.ErrNotFound
	}
	rows, err = list(postgres.Page{After: after, Limit: size + 1}) // one more shows whether there is a next page
	if err != nil || len(rows) <= size {
		return rows, "", err
	}
	return rows[:size], id(rows[size-1]), nil
}
