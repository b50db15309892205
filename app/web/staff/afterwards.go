package staff

import (
	"net/url"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
)

// notAsked says why the network could not be asked for a case that was taken.
func notAsked(r *page.Request, err error) string {
	return r.Text("queue.not-asked", "why", present.Reason(whyNot(err), r.Lang))
}

func whyNot(err error) fault.Reason {
	if f := fault.As(err); f != nil {
		return f.Sentence()
	}
	return "unavailable"
}

// askedAt is the address of a case for which the network was asked: where it could not be, with the reason, which its page says.
func askedAt(address string, err error) string {
	if err == nil {
		return address
	}
	return address + "?" + url.Values{"unasked": {string(whyNot(err))}}.Encode()
}

// unasked says why the network was not asked as the case was taken, as its address says; empty if it was. An address can be written by
// anybody: only reasons that have a sentence are said.
func unasked(r *page.Request) string {
	why := present.Reason(fault.Reason(r.Query("unasked")), r.Lang)
	if why == "" {
		return ""
	}
	return r.Text("queue.not-asked", "why", why)
}

// after is an address that says which case was decided before, if one was.
func after(address, decided string) string {
	if decided == "" {
		return address
	}
	between := "?"
	if strings.Contains(address, "?") {
		between = "&"
	}
	return address + between + "decided=" + url.QueryEscape(decided)
}

// decidedBefore is the receipt number of the case that was decided just before this page, as its address says; empty for none.
func decidedBefore(r *page.Request) string {
	number, _ := jp.NormaliseReceiptNumber(r.Query("decided"))
	return number
}

// back is where a list goes back to: itself, with its filters, and nothing else.
func back(at string) string {
	u, err := url.Parse(at)
	if err != nil || u.Host != "" || u.Path != queuePath {
		return queuePath
	}
	if u.RawQuery == "" {
		return queuePath
	}
	return queuePath + "?" + u.RawQuery
}
