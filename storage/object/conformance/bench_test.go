package conformance

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"kosodate.example/onestop/storage/object/miniotest"
)

const benchSize, clientsPerCore = 300 << 10, 8

// BenchmarkPut is one upload of 300 KiB to a real MinIO: this store, and minio-go as it comes, which signs a SHA-256 of
// each piece.
func BenchmarkPut(b *testing.B) {
	server := miniotest.New(b)
	store := server.Store(b, "bench")
	plain, err := minio.New(server.Endpoint, &minio.Options{Region: "us-east-1",
		Creds: credentials.NewStaticV4(miniotest.AccessKey, miniotest.SecretKey, "")})
	if err != nil {
		b.Fatal(err)
	}
	body := noise(1, benchSize)
	var number atomic.Int64
	for range 200 { // whoever is first would pay for the server's first folders and buffers
		put(b, store, fmt.Sprintf("warm/%d", number.Add(1)), body)
	}
	run := func(name string, put func(key string) error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(benchSize)
			b.SetParallelism(clientsPerCore)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := put(fmt.Sprintf("bench/%d", number.Add(1))); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
	run("store", func(key string) error {
		_, err := store.Put(b.Context(), key, stream{bytes.NewReader(body)}, benchSize, kind)
		return err
	})
	run("minio-go", func(key string) error {
		_, err := plain.PutObject(b.Context(), "bench", key, stream{bytes.NewReader(body)}, benchSize, minio.PutObjectOptions{})
		return err
	})
}
