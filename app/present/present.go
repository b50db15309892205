// Package present says in words what the API and the pages both show: where a case stands and who moves next, what a document is
// asked for and whose it is, days and instants, sums, what somebody is called. The words themselves are a table (app/wording); a
// page and an answer that take them from here cannot differ.
package present
