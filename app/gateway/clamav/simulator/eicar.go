package simulator

import (
	"bytes"
	"encoding/hex"
)

// mask hides the test string in this source and in the program.
const mask = 0x13

const masked = "4b265c32433653524348274f43494b26273b434d3a2450503a246e37565a5052413e" +
	"4047525d575241573e525d475a455a4146403e475640473e555a5f5632375b385b39"

// EICAR gives the test string of the European Institute for Computer Antivirus Research, which every scanner reports
// and which harms nothing. It is put together here, so that scanners do not report this source or the program.
func EICAR() []byte {
	out, err := hex.DecodeString(masked)
	if err != nil {
		panic(err) // a constant
	}
	for i := range out {
		out[i] ^= mask
	}
	return out
}

// search looks for the test string in a stream, also across the borders of its pieces, with memory flat.
type search struct {
	tail  []byte // the last bytes, too few for a match
	found bool
}

var wanted = EICAR()[:25] // what clamd's usual signature looks for

func (s *search) Write(p []byte) (int, error) {
	if !s.found {
		window := append(s.tail, p...)
		s.found = bytes.Contains(window, wanted)
		keep := min(len(window), len(wanted)-1)
		s.tail = append([]byte(nil), window[len(window)-keep:]...)
	}
	return len(p), nil
}

func (s *search) verdict() string {
	if s.found {
		return "stream: " + Signature + " FOUND"
	}
	return "stream: OK"
}
