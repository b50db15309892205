// Package usecase holds the use cases of one process together: the routes of the API, the pages and the jobs call the same ones,
// made once.
package usecase

import (
	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/postal"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/transfer"
)

// Services are the use cases by their subject, and the tables and keys that go with them. A test fills in those that it calls.
type Services struct {
	Dossiers *dossier.Service

	Apply     *apply.Service
	Documents *document.Service
	Linkage   *linkage.Service
	Notify    *notify.Service
	Accounts  *account.Accounts
	Guide     *guide.Service
	Partner   *partner.Service

	Queue    *queue.Service
	Review   *review.Service
	Transfer *transfer.Service
	Exports  *export.Service
	Provider *provider.Service // what other bodies ask to confirm
	Core     *core.Service     // core systems (基幹システム)
	Intake   *intake.Service   // what was filed at other portals

	Publish   *publish.Service
	Operate   *operate.Service
	Circulars *circular.Service
	Audit     *audit.Service
	Retain    *retain.Service

	Sealer   *audit.Sealer // nil: the audit trail is not sealed
	Receipts *receipt.Keys // nil: receipts are not signed
	Postal   *postal.Table // nil: an address does not fill itself in
}
