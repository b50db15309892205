package public

import (
	"context"
	"net/http"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/rule/receipt"
)

func (a *api) receiptKeyRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/receipt-keys", ID: "list-receipt-keys", For: edge.Public,
			Summary: "The public keys that signed receipts are checked with, as a JSON Web Key Set; empty if receipts are not signed here",
			Call:    wire.JSON(a.receiptKeys)},
	}
}

func (a *api) receiptKeys(context.Context, *struct{}) (*struct{ Body receipt.KeySet }, error) {
	return &struct{ Body receipt.KeySet }{a.Receipts.Public()}, nil
}
