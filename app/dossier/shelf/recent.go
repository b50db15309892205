package shelf

import (
	"container/list"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
)

// recent keeps the catalogues that were asked for last. Its owner lets one goroutine at a time use it.
type recent struct {
	most  int
	order *list.List // of kept, the last asked for first
	byRef map[edition.Ref]*list.Element
}

type kept struct {
	ref       edition.Ref
	catalogue *catalogue.Catalogue
}

func newRecent(most int) *recent {
	return &recent{most: most, order: list.New(), byRef: map[edition.Ref]*list.Element{}}
}

// get is the catalogue of an edition; nil if it is not kept.
func (r *recent) get(ref edition.Ref) *catalogue.Catalogue {
	e := r.byRef[ref]
	if e == nil {
		return nil
	}
	r.order.MoveToFront(e)
	return e.Value.(kept).catalogue
}

func (r *recent) put(ref edition.Ref, c *catalogue.Catalogue) {
	if r.byRef[ref] != nil {
		return
	}
	r.byRef[ref] = r.order.PushFront(kept{ref, c})
	if r.order.Len() > r.most {
		oldest := r.order.Remove(r.order.Back()).(kept)
		delete(r.byRef, oldest.ref)
	}
}
