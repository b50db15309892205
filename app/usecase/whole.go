package usecase

import (
	"context"
	"crypto/sha256"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// FileWith files a whole case with its files, in one request and two transactions: in the first the files get places in the object
// store, in the second the case is there with all of them, filed, or nothing is. The same request with the same key gives the same
// answer, and its files are read and not kept.
//
// Errors: those of apply.FileWhole; those of document.Take, with the document and subject of the file at fault.
func (s *Services) FileWith(ctx context.Context, actor models.Actor, req dossier.Request, d apply.Draft, next document.Next) (*apply.Filed, error) {
	w := s.Apply.Whole(ctx, d)
	var places *document.Reserved
	ahead := func(tx *postgres.Tx) { _, _ = dossier.Answered(tx, req); _ = w.Admit(tx) }
	if err := s.Dossiers.DB.InTxAhead(ctx, actor, ahead, func(tx *postgres.Tx) error {
		if answered, err := dossier.Answered(tx, req); err != nil || answered {
			return err
		}
		if err := w.Admit(tx); err != nil {
			return err
		}
		places = s.Documents.Reserve(tx, d.Municipality)
		return nil
	}); err != nil {
		return nil, err
	}
	if places == nil {
		return s.answerAgain(ctx, actor, req, next)
	}
	claimed := false
	defer func() {
		if !claimed {
			s.Documents.GiveBack(ctx, actor, places)
		}
	}()
	app, key := w.Case()
	if err := s.Documents.Take(ctx, places, key, w.Asks, next); err != nil {
		return nil, err
	}
	filed, err := dossier.OnceAhead(ctx, s.Dossiers, actor, with(req, places.Digest()), w.Ahead, func(tx *postgres.Tx) (*apply.Filed, error) {
		out, err := w.File(tx, places.Files)
		if err != nil {
			return nil, err
		}
		return out, s.Documents.Claim(tx, app, places)
	})
	claimed = err == nil && filed.ID == app.ID // else the same request, sent twice at once, was first
	return filed, err
}

// answerAgain gives the answer that a request had before. Conflict if that is forgotten just now.
func (s *Services) answerAgain(ctx context.Context, actor models.Actor, req dossier.Request, next document.Next) (*apply.Filed, error) {
	digest, err := s.Documents.DigestOf(ctx, next)
	if err != nil {
		return nil, err
	}
	return dossier.Once(ctx, s.Dossiers, actor, with(req, digest), func(*postgres.Tx) (*apply.Filed, error) { return nil, fault.ErrConflict })
}

// with is a request whose body has files behind what was digested before.
func with(req dossier.Request, files []byte) dossier.Request {
	sum := sha256.Sum256(append(append([]byte{}, req.BodyHash...), files...))
	req.BodyHash = sum[:]
	return req
}
