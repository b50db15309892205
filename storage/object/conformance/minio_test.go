package conformance

import (
	"testing"

	"kosodate.example/onestop/storage/object/miniotest"
)

func TestMinIO(t *testing.T) {
	Run(t, func(t *testing.T) Server { return miniotest.New(t) })
}
