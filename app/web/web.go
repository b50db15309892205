// Package web is the pages for people, in Japanese, plain Japanese and English (web.md): handlers that call the same use
// cases as the API, and repeat no rule. Each kind of user has a folder; page has what they are all made with.
package web

import (
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/postal"
	"kosodate.example/onestop/app/transfer"
	"kosodate.example/onestop/app/web/admin"
	"kosodate.example/onestop/app/web/guidance"
	"kosodate.example/onestop/app/web/mine"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/web/parent"
	"kosodate.example/onestop/app/web/public"
	"kosodate.example/onestop/app/web/staff"
)

// Services are the use cases that the pages call.
type Services struct {
	Catalogue *catalogue.Catalogue
	Guide     *guide.Service
	Operate   *operate.Service
	Apply     *apply.Service
	Documents *document.Service
	Review    *review.Service
	Queue     *queue.Service
	Transfer  *transfer.Service
	Notify    *notify.Service
	Linkage   *linkage.Service
	Audit     *audit.Service
	Partner   *partner.Service
	Requests  *provider.Service // what other bodies ask to confirm
	Exports   *export.Service
	Circulars *circular.Service
	Postal    *postal.Table // nil: an address does not fill itself in
	Sealer    *audit.Sealer // nil: the audit trail is not sealed

	// Provider is the address of the sign-in provider.
	Provider    string
	PublicURL   string // of this site
	MaxFileSize int64  // bytes of one file
	MaxFiles    int    // of one application
	Signer      string // the address of the program on the person's device that signs with the card
	Devices     page.Devices
	// Personas are the people whom one can be in the demo; none in a deployment.
	Personas []public.Persona
}

// Mount puts every page on the edge's engine. It fails if a template or a text is not right.
func Mount(e *edge.Edge, s Services) (*page.Site, error) {
	site, err := page.New(e, page.Options{
		Catalogue: s.Catalogue,
		Provider:  s.Provider,
		Address:   s.PublicURL,
		Unread:    mine.Unread(s.Notify),
		Signer:    s.Signer,
		Devices:   s.Devices,
	},
		public.Area, mine.Area, parent.Area, staff.Area, guidance.Area, admin.Area)
	if err != nil {
		return nil, err
	}
	public.Mount(site, public.Services{
		Postal:    s.Postal,
		Catalogue: s.Catalogue,
		Guide:     s.Guide,
		Operate:   s.Operate,
		Circulars: s.Circulars,
		Personas:  s.Personas,
	})
	mine.Mount(site, mine.Services{
		Catalogue: s.Catalogue,
		Apply:     s.Apply,
		Review:    s.Review,
		Guide:     s.Guide,
		Notify:    s.Notify,
		Linkage:   s.Linkage,
		Audit:     s.Audit,
		Partner:   s.Partner,
	})
	parent.Mount(site, parent.Services{
		Catalogue:   s.Catalogue,
		Apply:       s.Apply,
		Documents:   s.Documents,
		Guide:       s.Guide,
		MaxFileSize: s.MaxFileSize,
		MaxFiles:    s.MaxFiles,
		Signer:      s.Signer,
		PublicURL:   s.PublicURL,
	})
	staff.Mount(site, staff.Services{
		Catalogue:   s.Catalogue,
		Queue:       s.Queue,
		Review:      s.Review,
		Linkage:     s.Linkage,
		Transfer:    s.Transfer,
		Guide:       s.Guide,
		Provider:    s.Requests,
		Exports:     s.Exports,
		Apply:       s.Apply,
		Documents:   s.Documents,
		MaxFileSize: s.MaxFileSize,
	})
	guidance.Mount(site, guidance.Services{Catalogue: s.Catalogue, Guide: s.Guide})
	admin.Mount(site, admin.Services{
		Catalogue: s.Catalogue,
		Operate:   s.Operate,
		Queue:     s.Queue,
		Circulars: s.Circulars,
		Guide:     s.Guide,
		Notify:    s.Notify,
		Audit:     s.Audit,
		Sealer:    s.Sealer,
	})
	return site, nil
}
