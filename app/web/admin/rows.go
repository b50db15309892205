package admin

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// columns are the values of one row.
var columns = []string{"among", "pair", "procedure", "item", "municipality", "phase", "from-y", "from-m", "from-d", "from-t"}

// column is the name of a value in a row: "from-0-y".
func column(name string, i int) string {
	base, part, _ := strings.Cut(name, "-")
	if base += "-" + strconv.Itoa(i); part != "" {
		base += "-" + part
	}
	return base
}

// addRow adds a row like the last one.
func addRow(values url.Values) {
	count, _ := strconv.Atoi(values.Get("rows"))
	if count < 1 || count >= mostRows {
		return
	}
	for _, name := range columns {
		values[column(name, count)] = slices.Clone(values[column(name, count-1)])
	}
	values.Set("rows", strconv.Itoa(count+1))
}

// removeRow takes a row out; one always stays.
func removeRow(values url.Values, which string) {
	count, _ := strconv.Atoi(values.Get("rows"))
	gone, err := strconv.Atoi(which)
	if err != nil || gone < 0 || gone >= count || count < 2 || count > mostRows {
		return
	}
	for i := gone; i+1 < count; i++ {
		for _, name := range columns {
			values[column(name, i)] = values[column(name, i+1)]
		}
	}
	values.Set("rows", strconv.Itoa(count-1))
}
