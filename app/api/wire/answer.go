package wire

import (
	"context"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Download sends a file as it was kept.
func Download(c *gin.Context, d *document.Download) {
	edge.Send(c, edge.Attachment{Name: d.Name, MediaType: d.MediaType, Size: d.Size, Body: d.Body})
}

// Versioned is an answer with an ETag.
type Versioned[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// WithVersion answers with a body and the ETag of its version.
func WithVersion[T any](version int64, body T) *Versioned[T] {
	return &Versioned[T]{ETag: edge.ETag(version), Body: body}
}

// PageOf cuts off the row that was read to see whether there is a next page, and names that page by the last id of this
// one.
func PageOf[T any](rows []T, limit int, id func(T) string) *List[T] {
	if len(rows) <= limit {
		return ListOf(rows, "")
	}
	return ListOf(rows[:limit], id(rows[limit-1]))
}

// Listed answers with a page of what a use case lists: each row in the words of the API, and the cursor by its id.
func Listed[F, T any](ctx context.Context, p Paged, list func(context.Context, models.Actor, postgres.Page) ([]F, error),
	write func(*F) T, id func(T) string) (*List[T], error) {
	page, err := p.Page()
	if err != nil {
		return nil, err
	}
	rows, err := list(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(rows))
	for i := range rows {
		out[i] = write(&rows[i])
	}
	return PageOf(out, p.Limit, id), nil
}

// Answered answers with what a use case gave, in the words of the API.
func Answered[F, T any](write func(F) T) func(F, error) (*struct{ Body T }, error) {
	return func(of F, err error) (*struct{ Body T }, error) {
		if err != nil {
			return nil, err
		}
		return &struct{ Body T }{write(of)}, nil
	}
}

// InJapan writes an instant in Japan time, nil for none.
func InJapan(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	j := t.In(jp.JST)
	return &j
}

// List is a keyset page.
type List[T any] struct {
	Body struct {
		Items []T    `json:"items" nullable:"false"`
		Next  string `json:"next,omitempty" doc:"Cursor of the next page; missing on the last one."`
	}
}

// ListOf answers with a page; next is the cursor of the one after it, empty on the last.
func ListOf[T any](items []T, next string) *List[T] {
	out := &List[T]{}
	out.Body.Items, out.Body.Next = items, next
	if items == nil {
		out.Body.Items = []T{}
	}
	return out
}

// Empty is an answer without a body.
type Empty struct{}

// Each writes every row in the words of the API; never null.
func Each[F, T any](rows []F, write func(F) T) []T {
	out := make([]T, 0, len(rows))
	for _, r := range rows {
		out = append(out, write(r))
	}
	return out
}

// Some is the list itself; never null.
func Some[T any](rows []T) []T {
	if rows == nil {
		return []T{}
	}
	return rows
}
