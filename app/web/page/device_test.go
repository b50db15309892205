package page

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
)

// What a function's switch says holds for the platform that the browser names, by its hint before its old name; what no
// switch names is open (R11).
func TestAFunctionIsOpenPlatformByPlatform(t *testing.T) {
	closed := Devices{FunctionSign: {PlatformIOS: false, PlatformAndroid: false, PlatformDesktop: true}}
	const phone, pad, pixel, windows = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)",
		"Mozilla/5.0 (Linux; Android 15; Pixel 9)", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
	for _, c := range []struct {
		what, agent, hint, mobile string
		devices                   Devices
		open                      bool
	}{
		{"a phone", phone, "", "", closed, false},
		{"a tablet", pad, "", "", closed, false},
		{"an Android phone", pixel, "", "", closed, false},
		{"an Android phone by its hint", windows, `"Android"`, "?1", closed, false},
		{"a computer", windows, `"Windows"`, "?0", closed, true},
		{"a computer that names nothing", "", "", "", closed, true},
		{"a phone that shows the pages of a computer", windows, `"iOS"`, "?0", closed, false},
		{"where nothing is closed", phone, "", "", nil, true},
		{"where iOS alone is open", phone, "", "", Devices{FunctionSign: {PlatformIOS: true, PlatformAndroid: false}}, true},
		{"where another function is closed", pixel, "", "", Devices{FunctionMessages: {PlatformAndroid: false}}, true},
	} {
		req := httptest.NewRequest(http.MethodPost, "/applications/x/sign", nil)
		req.Header.Set("User-Agent", c.agent)
		req.Header.Set("Sec-CH-UA-Platform", c.hint)
		req.Header.Set("Sec-CH-UA-Mobile", c.mobile)
		r := &Request{Gin: &gin.Context{Request: req}, site: &Site{opt: Options{Devices: c.devices}}}
		if r.Open(FunctionSign) != c.open {
			t.Errorf("%s: open is %t", c.what, !c.open)
		}
	}
}
