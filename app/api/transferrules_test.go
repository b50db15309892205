package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/app/transfer"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// claimed has the reviewer of みなと町 claim a case and gives its path.
func (w *world) claimed(id string) string {
	w.T.Helper()
	path := "/api/v1/review/applications/" + id
	w.call("reviewer-minato", http.MethodPost, path+"/claim", nil).ok(http.StatusOK)
	return path
}

// Everything is refused before anything moves.
func TestACaseIsNotPassedOn(t *testing.T) {
	w := newWorld(t)
	path := w.claimed(w.filedWithFiles())
	to := map[string]any{"municipality": mori, "reason": "because"}
	w.Exec(`delete from offerings where municipality = '` + mori + `' and procedure = 'child-allowance-claim'`)
	w.write(http.MethodPost, path+"/transfer", to).refused(http.StatusConflict, "procedure-closed")
	to["municipality"] = hinata
	w.call("reviewer-minato", http.MethodPost, path+"/transfer", to, "Fence", "7").refused(http.StatusConflict, "conflict")
	w.call("reviewer-hinata-1", http.MethodPost, path+"/transfer", to, "Fence", "1").refused(http.StatusNotFound, "not-found")
	to["reason"] = " \t"
	w.write(http.MethodPost, path+"/transfer", to).refused(http.StatusConflict, "not-allowed-now")
	to["reason"] = "番号は 1234 5678 9018 です" // P4
	if got := w.write(http.MethodPost, path+"/transfer", to); got.Status != http.StatusUnprocessableEntity || strings.Contains(string(got.Body), "5678") {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	if c := w.call("reviewer-minato", http.MethodGet, path, nil).ok(http.StatusOK); c["state"] != "arrived" {
		t.Errorf("it moved: %v", c["state"])
	}
	if n := casetest.Value[int](w, `select count(*) from river_job where kind = 'transfer'`); n != 0 {
		t.Errorf("%d jobs", n)
	}
}

// broken is a copier that a worker is killed at: before it copies, or after.
type broken struct {
	whole *document.Service // nil: before
}

var errKilled = errors.New("killed")

func (b broken) CopyFiles(ctx context.Context, from, to *models.Application) error {
	if b.whole != nil {
		if err := b.whole.CopyFiles(ctx, from, to); err != nil {
			return err
		}
	}
	return errKilled
}

// A worker killed at each step leaves no second copy of the case or of a file, and the next one finishes. What a scan finds
// between the steps counts, and what lies beside the files comes along.
func TestAKilledTransferIsFinished(t *testing.T) {
	w := newWorld(t)
	id := w.filedWithFiles()
	path := w.claimed(id)
	w.Exec(`insert into papers (id, application_id, municipality, person_id, document, subject, received_at, original, clerk_id, at)
		select gen_random_uuid(), id, municipality, person_id, 'household-resident-record', 'child-1', now(), true, person_id, now() from applications
			where id = '` + id + `'`)
	w.Exec(`insert into counter_intakes (application_id, municipality, person_id, clerk_id, identity_kind, checked_at, received_at, at)
		select id, municipality, person_id, person_id, 'drivers-licence', now(), now(), now() from applications where id = '` + id + `'`)
	if seen := w.call("reviewer-minato", http.MethodGet, path, nil).ok(http.StatusOK); seen["signature"] != nil {
		t.Errorf("nobody signed it: %v", seen["signature"])
	}
	w.sign(id, models.SignatureRevoked, models.SignaturePending)
	seen, _ := w.call("reviewer-minato", http.MethodGet, path, nil, "Accept-Language", "en").ok(http.StatusOK)["signature"].(map[string]any)
	if seen["state"] != "pending" || seen["timestamp"] != "waiting" || !strings.Contains(fmt.Sprint(seen["text"]), "no time stamp yet") {
		t.Errorf("the reviewer sees %v", seen)
	}
	w.write(http.MethodPost, path+"/transfer", map[string]any{"municipality": mori, "reason": "転居先のため"}).ok(http.StatusOK)
	job := task.Transfer{Municipality: minato, Application: id, To: mori}
	for _, at := range []broken{{}, {}, {w.documents}} {
		if err := transfer.New(w.Dossiers, at).Receive(t.Context(), job); !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		if at.whole == nil { // the copy is begun: the scanner finds what it had not looked at
			w.Exec(`update files set scan = 'infected' where document = 'separate-custody-statement' and municipality = '` + minato + `'`)
		}
	}
	for range 2 {
		if err := w.transfer.Receive(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	copied := `(select id from applications where origin_id = '` + id + `')`
	for what, want := range map[string]int{
		`select count(*) from applications where municipality = '` + mori + `'`:                                                               1,
		`select count(*) from files where application_id = ` + copied:                                                                         1,
		`select count(*) from file_parts where municipality = '` + mori + `'`:                                                                 1,
		`select count(*) from object_removals`:                                                                                                0,
		`select count(*) from counter_intakes where application_id = ` + copied:                                                               1,
		`select count(*) from signatures where application_id = ` + copied:                                                                    2,
		`select count(*) from river_job where kind = 'stamp-signature' and args->>'municipality' = '` + mori + `'`:                            1,
		`select count(*) from river_job where kind = 'check-signature' and args->>'municipality' = '` + mori + `'`:                            1,
		`select count(*) from review_tasks where application_id = ` + copied:                                                                  0,
		`select count(*) from papers where application_id = ` + copied:                                                                        1,
		`select count(*) from river_job where kind = 'notify' and args->>'what' = 'file-infected' and args->>'municipality' = '` + mori + `'`: 1,
		`select count(*) from applications a join applications b on b.id = a.origin_id where a.arrived_at = b.arrived_at and a.claim_on = b.claim_on
			and a.person_id = b.person_id
			and a.receipt_number <> b.receipt_number and a.kana_index <> b.kana_index and a.wrapped_key <> b.wrapped_key`: 1,
		`select count(*) from plan_items where application_id = ` + copied + ` and document = 'separate-custody-statement' and state = 'awaiting-document'`: 1,
	} {
		if n := casetest.Value[int](w, what); n != want {
			t.Errorf("%d, want %d: %s", n, want, what)
		}
	}
	w.signedBy(job)
	_, file, _ := w.exported(map[string]any{"kind": "core-system"})
	if rows := cells(t, file); len(rows) != 1 || rows[0]["状態"] != "transferred" || rows[0]["氏名"]+rows[0]["住所"]+rows[0]["生年月日"] != "" {
		t.Errorf("the office that passed it on exports %v", rows)
	}
}

// sign adds signatures to a case of みなと町, each in a state.
func (w *world) sign(id string, states ...models.SignatureState) {
	w.T.Helper()
	w.In(models.System(minato, "test"), func(tx *postgres.Tx) error {
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		key, err := w.Dossiers.ApplicationKey(w.T.Context(), app)
		if err != nil {
			return err
		}
		for i, state := range states {
			sealed, err := key.Seal([]byte("signature "+string(state)), dossier.SignatureCell(id, i+1))
			if err != nil {
				return err
			}
			if err := tx.AddSignature(&models.Signature{ApplicationID: id, Number: i + 1, Municipality: minato, PersonID: app.PersonID, ManifestSha256: []byte{1},
				Sealed: sealed, State: state, At: tx.Now}); err != nil {
				return err
			}
			stamp := &models.SignatureTimestamp{ApplicationID: id, Number: i + 1, Municipality: minato, PersonID: app.PersonID}
			if i == 0 { // the others wait
				token, err := key.Seal([]byte("token"), dossier.TimestampCell(id, i+1))
				if err != nil {
					return err
				}
				stamp.Sealed, stamp.StampedAt = token, &tx.Now
			}
			if err := tx.AddSignatureTimestamp(stamp); err != nil {
				return err
			}
		}
		return nil
	})
}

// signedBy opens the signatures of a copy with its own key.
func (w *world) signedBy(job task.Transfer) {
	w.T.Helper()
	w.In(models.System(job.To, "test"), func(tx *postgres.Tx) error {
		app, err := tx.PassedOn(job.Application)
		if err != nil {
			return err
		}
		key, err := w.Dossiers.ApplicationKey(w.T.Context(), app)
		if err != nil {
			return err
		}
		rows, err := tx.SignaturesOf(app.ID)
		for _, s := range rows {
			plain, err := key.Open(s.Sealed, dossier.SignatureCell(app.ID, s.Number))
			if err != nil || string(plain) != "signature "+string(s.State) {
				w.T.Errorf("signature %d: %q %v", s.Number, plain, err)
			}
		}
		stamps, failed := tx.SignatureTimestampsOf(app.ID)
		if failed != nil || len(stamps) != len(rows) || stamps[1].StampedAt != nil {
			w.T.Fatalf("time stamps: %+v %v", stamps, failed)
		}
		if token, err := key.Open(stamps[0].Sealed, dossier.TimestampCell(app.ID, 1)); err != nil || string(token) != "token" {
			w.T.Errorf("time stamp: %q %v", token, err)
		}
		return err
	})
}
