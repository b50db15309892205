package question

import (
	_ "embed" // messages.yaml
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/source"
)

//go:embed messages.yaml
var messagesFile []byte

// messages are the texts of every fault of an answer by its code, complete in every language.
var messages = func() map[string]source.Text {
	out := map[string]source.Text{}
	var faults source.List
	if file, ok := source.Read("messages.yaml", messagesFile, &out, &faults); ok {
		faults.Texts(file, out)
	}
	if err := faults.Err(); err != nil {
		panic(err)
	}
	return out
}()

// Message is the text of a code in "ja", "plain" or "en", with its parameters; empty for a code of another package.
func Message(code, lang string, params map[string]string) string {
	text := messages[code].In(lang)
	for name, value := range params {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// Fault is one thing wrong with an answer: a code of messages, where, and the parameters of its text as name, value, name,
// value. Neither pointer nor parameter ever repeats an individual number (P4).
func Fault(code, pointer string, params ...string) fault.Detail {
	d := fault.Detail{Code: code, Pointer: pointer}
	for i := 0; i+1 < len(params); i += 2 {
		if d.Params == nil {
			d.Params = map[string]string{}
		}
		d.Params[params[i]] = params[i+1]
	}
	d.Text = Message(code, source.English, d.Params)
	return d
}
