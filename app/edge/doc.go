// Package edge is everything HTTP that is not a route of the product: who asks (bearer token or browser session), what
// the route lets them do, how much they may send and how often, how an error becomes an answer, and what is logged and
// counted. app/api and app/web put their routes on top of it.
//
// The order in which a request meets it (edge.go, route.go):
//
//	request id → log and metrics → panics → headers → cross-origin → address rate → route found
//	→ permission (401, 403) → account rate (429) → body (408, 411, 413, 415, 400) → the handler
//
// A stranger's body is thus never read, and a public page needs neither the database nor the provider to be let in.
//
// Personal data: neither the log nor the metrics ever hold a path, a query, a body, a token, a name or an address. They
// name the route's pattern and, where the route is about one, the application's id.
package edge
