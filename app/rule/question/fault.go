package question

import "kosodate.example/onestop/app/fault"

// Fault is one thing wrong with an answer, and where: one code for one fault, in facts and form alike. Neither pointer nor
// parameter ever repeats an individual number (P4).
func Fault(code fault.Answer, pointer string, params ...fault.Param) fault.Detail {
	return fault.Detail{Code: string(code), Reason: code.Reason(), Pointer: pointer, Params: params}
}
