package edge

import "kosodate.example/onestop/app/gateway/oidc"

// The edge's own reasons, as the member "reason" of a problem, beside those of app/gateway/oidc; another fault's is the name of its
// sentence (fault.Reason).
const (
	reasonMissing     = oidc.ReasonMissing
	reasonCrossOrigin = "cross-origin"   // a page of another site sent it
	reasonCancelled   = "cancelled"      // the person, or the provider, ended the sign-in
	reasonState       = "state"          // the callback belongs to no sign-in of this browser
	reasonMethod      = "method"         // 405
	reasonAccept      = "accept"         // 406
	reasonTimeout     = "timeout"        // 408
	reasonJSON        = "json"           // not JSON
	reasonForm        = "form"           // not a form of JSON and files, in that order
	reasonEncoding    = "encoding"       // not UTF-8
	reasonDepth       = "depth"          // nested too deep
	reasonTwice       = "member-twice"   // one object has a member of the same name twice
	reasonMembers     = "members"        // too many members
	reasonEmpty       = "empty"          // no body where one is needed
	reasonKey         = "key-unreadable" // Idempotency-Key that is not visible ASCII
)
