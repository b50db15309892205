// Package faulttest holds tests alone: they build the program, run it as processes on a real PostgreSQL, a real MinIO, a
// scanner and an identity provider, and break what it stands on (security.md, "Faults"). Nothing is replaced inside the
// program; what a test cuts or holds back, it cuts on the wire.
//
// The wires: database_wire_test.go understands where a message to PostgreSQL ends and where its answer does;
// store_wire_test.go does the same for MinIO. Each such place is a point (points_test.go), and a test may kill the
// program there, hold it there, or kill what is behind the wire.
package faulttest
