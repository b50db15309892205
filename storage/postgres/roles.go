package postgres

import (
	"context"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// The three database roles. The owner migrates; the program connects as the application role, which owns nothing and
// cannot bypass row security; sweeps and figures over all municipalities use the sweep role (security.md, "Tenancy").
const (
	RoleOwner = "onestop_owner"
	RoleApp   = "onestop_app"
	RoleSweep = "onestop_sweep"
)

// Passwords of the three roles, for Bootstrap.
type Passwords struct{ Owner, App, Sweep string }

// Bootstrap makes the roles and the database, once, as a superuser (or a role that may create both). It can be run
// again: roles get the passwords given, an existing database is left as it is.
func Bootstrap(ctx context.Context, superuserDSN, database string, pw Passwords) error {
	conn, err := pgx.Connect(ctx, superuserDSN)
	if err != nil {
		return fmt.Errorf("connect as superuser: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for role, password := range map[string]string{RoleOwner: pw.Owner, RoleApp: pw.App, RoleSweep: pw.Sweep} {
		if err := ensureRole(ctx, conn, role, password); err != nil {
			return err
		}
	}
	return EnsureDatabase(ctx, conn, database, "")
}

func ensureRole(ctx context.Context, conn *pgx.Conn, role, password string) error {
	var exists bool
	if err := conn.QueryRow(ctx, `select exists (select 1 from pg_roles where rolname = $1)`, role).Scan(&exists); err != nil {
		return err
	}
	verb := "create"
	if exists {
		verb = "alter"
	}
	// DDL takes no parameters; the server quotes the password itself.
	var quoted string
	if err := conn.QueryRow(ctx, `select quote_literal($1::text)`, password).Scan(&quoted); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, fmt.Sprintf(`%s role %s login nosuperuser nobypassrls nocreatedb nocreaterole password %s`, verb, role, quoted))
	return err
}

// EnsureDatabase makes a database owned by the owner role, from a template if one is named, and closes it to everyone
// but the three roles.
func EnsureDatabase(ctx context.Context, conn *pgx.Conn, database, template string) error {
	var exists bool
	if err := conn.QueryRow(ctx, `select exists (select 1 from pg_database where datname = $1)`, database).Scan(&exists); err != nil {
		return err
	}
	name := pgx.Identifier{database}.Sanitize()
	if !exists {
		create := fmt.Sprintf(`create database %s owner %s`, name, RoleOwner)
		if template != "" {
			// Of a small template, as the tests have it, the files are copied sooner than their pages are written to the log.
			create += " template " + pgx.Identifier{template}.Sanitize() + " strategy file_copy"
		} else {
			create += " template template0 encoding 'UTF8' locale 'C'"
		}
		if _, err := conn.Exec(ctx, create); err != nil {
			return err
		}
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf(`revoke all on database %s from public`, name)); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, fmt.Sprintf(`grant connect on database %s to %s, %s`, name, RoleApp, RoleSweep))
	return err
}

// DSNFor is a copy of a connection URL for another role and database.
func DSNFor(dsn, role, password, database string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("connection URL: %w", err)
	}
	u.User = url.UserPassword(role, password)
	u.Path = "/" + database
	return u.String(), nil
}
