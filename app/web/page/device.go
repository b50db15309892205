package page

import "strings"

// The platforms that portal functions open on one by one (R11).
const (
	PlatformIOS     = "ios"
	PlatformAndroid = "android"
	PlatformDesktop = "desktop"
)

// The functions of the portal that open in stages (R11).
const (
	FunctionMessages = "messages" // the inbox
	FunctionSign     = "sign"     // an electronic signature with the card
)

// Devices says on which platforms each function is open: Devices["sign"]["ios"]. What is not named is open.
type Devices map[string]map[string]bool

// open says whether a function may be used on a platform.
func (d Devices) open(function, platform string) bool {
	on, named := d[function][platform]
	return on || !named
}

// Open says whether a function of the portal is open on the device in front of the person (R11).
func (r *Request) Open(function string) bool {
	return r.site.opt.Devices.open(function, platformOf(r))
}

// platformOf tells a phone from a computer by what the browser says of itself. Nothing hangs on it but what is offered.
func platformOf(r *Request) string {
	h := r.Gin.Request.Header
	if hint := strings.Trim(h.Get("Sec-CH-UA-Platform"), `"`); hint != "" {
		switch {
		case strings.EqualFold(hint, "Android"):
			return PlatformAndroid
		case strings.EqualFold(hint, "iOS"):
			return PlatformIOS
		case h.Get("Sec-CH-UA-Mobile") != "?1":
			return PlatformDesktop
		}
	}
	agent := h.Get("User-Agent")
	switch {
	case strings.Contains(agent, "Android"):
		return PlatformAndroid
	case strings.Contains(agent, "iPhone"), strings.Contains(agent, "iPad"), strings.Contains(agent, "iPod"):
		return PlatformIOS
	}
	return PlatformDesktop
}
