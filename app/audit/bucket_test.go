package audit_test

import (
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object/miniotest"
	"kosodate.example/onestop/storage/pgtest"
)

// A bucket with object lock keeps each checkpoint: it cannot be taken away, and the trail is compared with it.
func TestABucketWithObjectLockKeepsCheckpoints(t *testing.T) {
	const name = "checkpoints"
	server := miniotest.New(t)
	cfg := server.Config(name)
	client, err := minio.New(cfg.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, "")})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.MakeBucket(t.Context(), name, minio.MakeBucketOptions{ObjectLocking: true}); err != nil {
		t.Fatal(err)
	}
	mode, validity, unit := minio.Compliance, uint(1), minio.Days
	if err := client.SetBucketObjectLockConfig(t.Context(), name, &mode, &validity, &unit); err != nil {
		t.Fatal(err)
	}
	db := pgtest.New(t)
	s := sealer(t, db, audit.Bucket{Store: miniotest.StoreAt(t, cfg), Prefix: "audit/" + origin + "/"})
	write(t, db, db.Person(t, "reviewer", models.RoleReviewer, "998010"), 3)
	seal(t, s, 3)
	seal(t, s, 0) // it is there, and not written again
	var versions []minio.ObjectInfo
	for o := range client.ListObjectsIter(t.Context(), name, minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
		versions = append(versions, o)
	}
	if len(versions) != 1 {
		t.Fatalf("%d versions of the one checkpoint", len(versions))
	}
	err = client.RemoveObject(t.Context(), name, versions[0].Key, minio.RemoveObjectOptions{VersionID: versions[0].VersionID})
	if err == nil {
		t.Error("a kept checkpoint was taken away")
	}
	tamper(t, db, `truncate audit_entries, audit_pending, audit_batches, audit_checkpoints`)
	if v := verify(t, s); len(v.Findings) != 2 || v.Findings[1].Kind != "cut" {
		t.Errorf("emptied: %v", v)
	}
}
