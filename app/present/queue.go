package present

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/wording"
)

// QueueState says where a case stands to the office that works on it.
func QueueState(state, lang string) string { return wording.In("queue-state-"+state, lang) }

// QueueFlag names what a case is marked with in the queue.
func QueueFlag(flag, lang string) string { return wording.In("queue-flag-"+flag, lang) }

// QueueRefusal says why one of many cases was not accepted, by the code of the refusal; heldBy is the colleague who has it, empty
// for none. reason names the refusal's own sentence, for a code that has no other.
func QueueRefusal(code, heldBy string, reason fault.Reason, lang string) string {
	if heldBy != "" {
		code = "held"
	}
	if text := wording.In("queue-refused-"+code, lang); text != "" {
		return text
	}
	return Reason(reason, lang)
}
