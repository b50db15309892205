package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/rule/jp"
)

// TestARareNameGoesAllTheWay: answer, case, archive, letter and the file for the core system have every letter of it (P11). The page's part
// of the way is TestARareNameIsTypedAndShown.
func TestARareNameGoesAllTheWay(t *testing.T) {
	w := newWorld(t)
	for i, name := range casetest.RareNames {
		who := fmt.Sprintf("load-%04d", i+1)
		body := w.example("child-allowance-donation", minato)
		name.Applicant(body["form"].(map[string]any)["applicant"].(map[string]any))
		id := w.call(who, http.MethodPost, "/api/v1/filings", body).ok(http.StatusCreated)["id"].(string)
		own := w.call(who, http.MethodGet, "/api/v1/applications/"+id, nil).ok(http.StatusOK)
		kept(t, name, own["form"])
		path := "/api/v1/review/applications/" + id
		w.call("reviewer-minato", http.MethodPost, path+"/claim", nil).ok(http.StatusOK)
		w.write(http.MethodPost, path+"/accept", nil).ok(http.StatusOK)
		decided := w.write(http.MethodPost, path+"/decision", map[string]any{"outcome": "rejected", "reason": "要件を満たさないため"}).ok(http.StatusOK)
		addressee := jp.WholeName("　", name.Family, name.Given)
		if letter := decided["letter"].(string); !strings.Contains(letter, addressee) {
			t.Errorf("%s: the letter is not to %q:\n%s", name.What, addressee, letter)
		}
		_, contents := unzip(t, w.call("reviewer-minato", http.MethodGet, path+"/export", nil).Body)
		var form any
		if err := json.Unmarshal(contents["form.json"], &form); err != nil {
			t.Fatal(err)
		}
		kept(t, name, form)
		for entry, want := range map[string]string{"form.txt": name.Given, "letters/decision-1.txt": addressee} {
			if !strings.Contains(string(contents[entry]), want) {
				t.Errorf("%s: %s does not have %q", name.What, entry, want)
			}
		}
	}
	_, file, _ := w.exported(map[string]any{"kind": "core-system"})
	rows, err := csv.NewReader(bytes.NewReader(file[3:])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range casetest.RareNames {
		cells := []string{jp.WholeName(" ", name.Family, name.Given), jp.WholeName(" ", name.FamilyKana, name.GivenKana)}
		if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Contains(row, cells[0]) && slices.Contains(row, cells[1]) }) {
			t.Errorf("%s: no row has %q", name.What, cells)
		}
	}
}

func kept(t *testing.T, name casetest.RareName, form any) {
	t.Helper()
	applicant := form.(map[string]any)["applicant"].(map[string]any)
	for member, want := range map[string]string{"family_name": name.Family, "given_name": name.Given,
		"family_kana": name.FamilyKana, "given_kana": name.GivenKana} {
		if got, _ := applicant[member].(string); got != want {
			t.Errorf("%s: %s is %q, not %q", name.What, member, got, want)
		}
	}
}
