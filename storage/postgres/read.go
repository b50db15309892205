package postgres

import (
	"reflect"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// Rows are read through GORM by the few ways below, each typed by its row; SQL is written by hand where a query joins, counts or calls a
// function. GORM's own typed interface (gorm.G) is left alone: the compiler makes all of it anew for each of sixty kinds of row, 51,000
// functions and two minutes under the race detector.

// forUpdate holds the rows read until the transaction ends.
var forUpdate = []clause.Expression{clause.Locking{Strength: clause.LockingStrengthUpdate}}

// first reads the first row that a condition finds, or nil; how says whether it is held.
func first[T any](tx *Tx, how []clause.Expression, where string, args ...any) (*T, error) {
	rows, err := list[T](tx, how, "", 1, where, args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// list reads rows, those of a read that was asked ahead from there; without an order or a limit for an empty one. There is no list of values among args.
func list[T any](tx *Tx, how []clause.Expression, order string, limit int, where string, args ...any) ([]T, error) {
	if tx.notes || len(tx.ahead) > 0 {
		t, err := tableOf(reflect.TypeFor[T]())
		if err != nil {
			return nil, err
		}
		if rows, ok := asked[T](tx, t.query(how != nil, order, limit, where), args); ok {
			return rows, nil
		}
	}
	q := tx.gorm.Clauses(how...).Where(where, args...)
	if order != "" {
		q = q.Order(order)
	}
	if limit > 0 {
		q = q.Limit(limit)
	}
	return found[T](q)
}

// query is the statement that GORM makes of the same.
func (t *table) query(held bool, order string, limit int, where string) string {
	var b strings.Builder
	b.WriteString(`select * from "` + t.name + `" where ` + where)
	if order != "" {
		b.WriteString(` order by ` + order)
	}
	if limit > 0 {
		b.WriteString(` limit ` + strconv.Itoa(limit))
	}
	if held {
		b.WriteString(` for update`)
	}
	return b.String()
}

// found are the rows of a query that was put together.
func found[T any](q *gorm.DB) ([]T, error) {
	var rows []T
	err := q.Find(&rows).Error
	return rows, translate(err)
}

// maybe reads the row that a condition finds, or nil.
func maybe[T any](tx *Tx, where string, args ...any) (*T, error) {
	return first[T](tx, nil, where, args...)
}

// one reads the row that a condition finds. Error: not-found.
func one[T any](tx *Tx, where string, args ...any) (*T, error) {
	return there(first[T](tx, nil, where, args...))
}

// byID is one by the id; a malformed one is not found either.
func byID[T any](tx *Tx, id string) (*T, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	return one[T](tx, "id = ?", id)
}

// heldByID is byID, and holds the row until the transaction ends.
func heldByID[T any](tx *Tx, id string) (*T, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	return there(first[T](tx, forUpdate, "id = ?", id))
}

func there[T any](row *T, err error) (*T, error) {
	if err == nil && row == nil {
		err = fault.ErrNotFound
	}
	return row, err
}

// all reads the rows that a condition finds, in an order.
func all[T any](tx *Tx, order, where string, args ...any) ([]T, error) {
	return list[T](tx, nil, order, 0, where, args...)
}

// upTo is all, at most so many rows.
func upTo[T any](tx *Tx, limit int, order, where string, args ...any) ([]T, error) {
	return list[T](tx, nil, order, limit, where, args...)
}

// listOf reads an application's rows in an order.
func listOf[T any](tx *Tx, application, order string) ([]T, error) {
	return all[T](tx, order, "application_id = ?", application)
}

// Page is a keyset page: After is the last id of the page before, newest first; empty for the first page.
type Page struct {
	After string
	Limit int
}

// newest reads a page of the rows that a condition finds, newest first.
func newest[T any](tx *Tx, page Page, where string, args ...any) ([]T, error) {
	q := tx.gorm.Where(where, args...)
	if page.After != "" {
		q = q.Where("id < ?", page.After)
	}
	return found[T](q.Order("id desc").Limit(page.Limit))
}

// query reads rows by SQL written by hand.
func query[T any](tx *Tx, sql string, args ...any) ([]T, error) {
	if rows, ok := asked[T](tx, sql, args); ok {
		return rows, nil
	}
	var rows []T
	err := tx.gorm.Raw(sql, args...).Scan(&rows).Error
	return rows, translate(err)
}
