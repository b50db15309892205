package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"kosodate.example/onestop/app/rule/evidence"
)

const (
	maxLine    = 16 << 20  // a longer line is answered without being kept
	batchBytes = 256 << 10 // a batch is given to a core when it holds this much,
	batchLines = 512       // or so many lines,
	readBuffer = 64 << 10  // or when nothing more is ready to be read
)

// answerAll answers every line of in, in order. Lines are read ahead in batches, of which as many as there are cores
// are planned at a time; so many batches exist that no core waits, and no more: memory does not grow with the input.
func answerAll(a evidence.Answerer, in io.Reader, out io.Writer) error {
	cores := runtime.GOMAXPROCS(0)
	s := &stream{
		work:    make(chan *batch, cores),
		ordered: make(chan *batch, 2*cores),
		stopped: make(chan struct{}),
	}
	var planning sync.WaitGroup
	for range cores {
		planning.Go(func() {
			for b := range s.work {
				b.answer(a)
			}
		})
	}
	var readErr error
	planning.Go(func() {
		defer close(s.ordered)
		defer close(s.work)
		readErr = s.read(bufio.NewReaderSize(in, readBuffer))
	})
	writeErr := s.write(out)
	planning.Wait()
	switch {
	case writeErr != nil:
		return fmt.Errorf("the answers cannot be written: %w", writeErr)
	case readErr != nil:
		return exitError{fmt.Errorf("the input cannot be read: %w", readErr), statusUnreadable}
	default:
		return nil
	}
}

// stream is one run of the command.
type stream struct {
	work    chan *batch   // to the cores
	ordered chan *batch   // to the writer, in the order of the input
	stopped chan struct{} // closed when the output is gone
	free    sync.Pool
}

// batch is some lines on their way, and their answers.
type batch struct {
	lines   []byte
	ends    []int        // where each line ends in lines
	tooLong map[int]bool // which lines were dropped for their length
	out     bytes.Buffer
	done    chan struct{}
}

func (b *batch) answer(a evidence.Answerer) {
	start := 0
	for i, end := range b.ends {
		if b.tooLong[i] {
			evidence.AnswerTooLong(a.Say, &b.out)
		} else {
			a.Answer(b.lines[start:end], &b.out)
		}
		start = end
	}
	close(b.done)
}

func (s *stream) batch() *batch {
	b, ok := s.free.Get().(*batch)
	if !ok || cap(b.lines) > 4*batchBytes { // one huge line must not be kept for ever
		b = &batch{}
	}
	b.lines, b.ends, b.tooLong = b.lines[:0], b.ends[:0], nil
	b.out.Reset()
	b.done = make(chan struct{})
	return b
}

// read cuts the input into lines until its end, or until nobody wants the answers.
func (s *stream) read(in *bufio.Reader) error {
	for {
		b := s.batch()
		err := b.fill(in)
		if len(b.ends) > 0 {
			select {
			case s.ordered <- b:
				s.work <- b
			case <-s.stopped:
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// fill reads lines until the batch is full or nothing more is ready: somebody who types gets each answer at once.
func (b *batch) fill(in *bufio.Reader) error {
	for {
		if err := b.line(in); err != nil {
			return err
		}
		if len(b.lines) >= batchBytes || len(b.ends) >= batchLines || in.Buffered() == 0 {
			return nil
		}
	}
}

// line reads one line; the last needs no newline at its end. What follows the error of a torn input is no line.
func (b *batch) line(in *bufio.Reader) error {
	start, dropped := len(b.lines), false
	for {
		part, err := in.ReadSlice('\n')
		if !dropped {
			b.lines = append(b.lines, part...)
		}
		if len(b.lines)-start > maxLine {
			b.lines, dropped = b.lines[:start], true
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		ended := err == nil || errors.Is(err, io.EOF) && (len(b.lines) > start || dropped)
		if !ended {
			b.lines = b.lines[:start]
			return err
		}
		if dropped {
			if b.tooLong == nil {
				b.tooLong = map[int]bool{}
			}
			b.tooLong[len(b.ends)] = true
		}
		b.lines = bytes.TrimSuffix(b.lines, []byte("\n"))
		b.ends = append(b.ends, len(b.lines))
		return err
	}
}

// write writes the answers in order. When the output is gone it lets the reader stop and the cores finish.
func (s *stream) write(out io.Writer) error {
	w := bufio.NewWriterSize(out, readBuffer)
	var failed error
	for b := range s.ordered {
		<-b.done
		if failed == nil {
			_, failed = w.Write(b.out.Bytes())
			if failed == nil && len(s.ordered) == 0 {
				failed = w.Flush()
			}
			if failed != nil {
				close(s.stopped)
			}
		}
		s.free.Put(b)
	}
	if failed == nil {
		failed = w.Flush()
	}
	return failed
}
