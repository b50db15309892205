package models

// Role is what a signed-in person or the program itself acts as. The database's row security reads it.
type Role string

// The roles of security.md, and two for the program itself.
const (
	RolePublic    Role = "public"    // nobody has signed in
	RoleApplicant Role = "applicant" // a parent, for the own applications
	RoleReviewer  Role = "reviewer"  // of one municipality
	RoleAdmin     Role = "admin"     // of one municipality
	RoleNational  Role = "national"  // admin@national
	RoleAuditor   Role = "auditor"
	RolePartner   Role = "partner" // another site, by its scopes
	RoleCore      Role = "core"    // a municipality's core system (基幹システム), by its registration
	RoleSystem    Role = "system"  // a job, for one municipality
)

// Actor is on whose behalf a transaction runs. Its members become settings of the transaction that row-level security
// and the audit read; a zero member reaches nothing.
type Actor struct {
	Person       string // UUID, empty for the program itself
	Role         Role
	Municipality string // six digits, for staff and for jobs of one municipality; empty for a parent
	Purpose      string // why: the name of the use case, for the audit
	Request      string // request id, ties the audit to the log
}

// For returns the actor with another purpose.
func (a Actor) For(purpose string) Actor { a.Purpose = purpose; return a }

// System is the program itself working on one municipality's rows.
func System(municipality, purpose string) Actor {
	return Actor{Role: RoleSystem, Municipality: municipality, Purpose: purpose}
}
