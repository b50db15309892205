// Command client files an application with nothing but the client that was generated from /openapi.json. The test that
// generates it builds and runs this program: client BASE TOKEN prints the receipt number.
package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/google/uuid"

	"kosodate.example/onestop/app/api/testdata/client/generated"
)

func main() {
	number, err := run(context.Background(), os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(number)
}

const (
	procedure    = "child-allowance-claim"
	municipality = "998028" // みなと町, on trial
)

func run(ctx context.Context, base, token string) (string, error) {
	c, err := generated.NewClientWithResponses(base, generated.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}))
	if err != nil {
		return "", err
	}
	id, err := begin(ctx, c)
	if err != nil {
		return "", err
	}
	refused, err := c.FileApplicationWithResponse(
		ctx,
		id,
		&generated.FileApplicationParams{IdempotencyKey: uuid.NewString()},
		generated.FileApplicationJSONRequestBody{},
	)
	if err != nil {
		return "", err
	}
	problem := refused.ApplicationproblemJSON422
	if problem == nil || problem.Code != "missing-documents" || problem.Errors == nil {
		return "", fmt.Errorf("filing without documents: %s: %s", refused.Status(), refused.Body)
	}
	for _, missing := range *problem.Errors {
		if err := attach(ctx, c, id, *missing.Document, *missing.Subject); err != nil {
			return "", err
		}
	}
	filed, err := c.FileApplicationWithResponse(
		ctx,
		id,
		&generated.FileApplicationParams{IdempotencyKey: uuid.NewString()},
		generated.FileApplicationJSONRequestBody{},
	)
	if err != nil {
		return "", err
	}
	if filed.JSON201 == nil || len(filed.JSON201.Plan.Documents) == 0 {
		return "", fmt.Errorf("filing: %s: %s", filed.Status(), filed.Body)
	}
	return filed.JSON201.ReceiptNumber, nil
}

// begin makes a draft of the procedure's example, for a child who lives elsewhere, and saves one more field of it.
func begin(ctx context.Context, c *generated.ClientWithResponses) (uuid.UUID, error) {
	where := municipality
	page, err := c.ShowProcedureWithResponse(ctx, procedure, &generated.ShowProcedureParams{Municipality: &where})
	if err != nil {
		return uuid.Nil, err
	}
	if page.JSON200 == nil {
		return uuid.Nil, fmt.Errorf("the procedure: %s: %s", page.Status(), page.Body)
	}
	example := page.JSON200.Example
	child := example.Facts["children"].([]any)[0].(map[string]any)
	child["lives_with_applicant"], child["studying_abroad"], child["municipality"] = false, false, "131016"
	made, err := c.CreateApplicationWithResponse(ctx, &generated.CreateApplicationParams{IdempotencyKey: uuid.NewString()},
		generated.CreateApplicationJSONRequestBody{
			Procedure:    procedure,
			Municipality: municipality,
			Facts:        &example.Facts,
			Form:         &example.Form,
		})
	if err != nil {
		return uuid.Nil, err
	}
	if made.JSON201 == nil || made.JSON201.Plan == nil {
		return uuid.Nil, fmt.Errorf("the draft: %s: %s", made.Status(), made.Body)
	}
	change := map[string]any{"applicant": map[string]any{"workplace": "みなと商店"}}
	saved, err := c.ChangeApplicationWithResponse(ctx, made.JSON201.Id, &generated.ChangeApplicationParams{IfMatch: made.HTTPResponse.Header.Get("ETag")},
		generated.ChangeApplicationJSONRequestBody{Form: &change})
	if err != nil {
		return uuid.Nil, err
	}
	if saved.JSON200 == nil {
		return uuid.Nil, fmt.Errorf("saving: %s: %s", saved.Status(), saved.Body)
	}
	return made.JSON201.Id, nil
}

func attach(ctx context.Context, c *generated.ClientWithResponses, id uuid.UUID, document, subject string) error {
	got, err := c.PutFileWithBodyWithResponse(ctx, id.String(), document, subject, "書類 "+document+".pdf", "application/octet-stream",
		bytes.NewReader([]byte("%PDF-1.4\n%%EOF\n")))
	if err != nil {
		return err
	}
	if got.JSON201 == nil {
		return fmt.Errorf("attaching %s: %s: %s", document, got.Status(), got.Body)
	}
	return nil
}
