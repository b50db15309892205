// Command program is a program that renders, as the tests start it: built without the race detector, whose own memory
// would not fit into the limits.
package main

import "kosodate.example/onestop/app/gateway/render"

func main() { render.Child() }
