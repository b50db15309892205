// Command testcount reads the output of `go test -json`, shows what failed and which packages are slow, and ends with
// one line of figures: "N passed, N failed", and ", N skipped" if any were. deploy/test.sh runs it.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	passed := flag.Int("passed", 0, "checks beside the tests that passed, added to the figures")
	failed := flag.Int("failed", 0, "checks beside the tests that failed, added to the figures")
	skipped := flag.Int("skipped", 0, "checks beside the tests that could not be made, added to the figures")
	slowest := flag.Int("slowest", 10, "how many of the slowest packages to list")
	flag.Parse()
	tally := newTally(os.Stdout)
	if err := tally.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testcount:", err)
		*failed++
	}
	tally.printSlowest(*slowest)
	n := tally.sum()
	if n.passed == 0 {
		fmt.Println("No test ran.")
		*failed++
	}
	n.passed += *passed
	n.failed += *failed
	n.skipped += *skipped
	fmt.Println(n)
	if n.failed > 0 {
		os.Exit(1)
	}
}

// figures are what a run comes to.
type figures struct{ passed, failed, skipped int }

// String is the last line of deploy/test.sh.
func (n figures) String() string {
	s := fmt.Sprintf("%d passed, %d failed", n.passed, n.failed)
	if n.skipped > 0 {
		s += fmt.Sprintf(", %d skipped", n.skipped)
	}
	return s
}

// lines calls fn for each line, however long.
func lines(r io.Reader, fn func(line []byte)) error {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			fn(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
