package api

// Routes is the route table, for tests that try every route as everybody.
func (a *API) Routes() []Route { return a.routes }
