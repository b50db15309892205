package web_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/app/web/webtest"
)

// texts are the texts of some members of each row of an answer.
func texts(t *testing.T, list any, names ...string) []string {
	t.Helper()
	rows, _ := list.([]any)
	var out []string
	for _, row := range rows {
		for _, name := range names {
			if text, _ := row.(map[string]any)[name].(string); text != "" {
				out = append(out, text)
			}
		}
	}
	if len(out) == 0 {
		t.Errorf("there is no %v", names)
	}
	return out
}

// What the API says of a case in words stands on its page too, word for word: both take it from app/present.
func TestThePageAndTheAPISayTheSame(t *testing.T) {
	s := webtest.New(t)
	cases := map[string]string{
		"a draft":                 s.Draft(webtest.Parent, webtest.Minato),
		"filed in full operation": s.Filed(webtest.Parent, webtest.Hinata),
		"filed on trial":          s.Filed(webtest.Neighbour, webtest.Minato),
	}
	owner := map[string]webtest.Person{"filed on trial": webtest.Neighbour}
	for name, id := range cases {
		who, other := owner[name]
		if !other {
			who = webtest.Parent
		}
		b := s.As(who)
		for _, lang := range []string{"ja", "en"} {
			b.Lang = lang
			said := b.JSON("/api/v1/applications/" + id)
			page := b.Get("/applications/" + id).Is(http.StatusOK)
			page.Shows(said["state_text"].(string), said["procedure_name"].(string))
			page.Shows(texts(t, said["timeline"], "text")...)
			if said["state"] != "draft" {
				page.Shows(texts(t, said["items"], "name")...)
				page.Shows(said["receipt_number"].(string))
				continue
			}
			check := b.Get("/applications/" + id + "/check").Is(http.StatusOK)
			check.Shows(texts(t, said["plan"].(map[string]any)["documents"], "name")...)
		}
	}
}

func TestTheQueueAndTheCaseSayTheSameAsTheAPI(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Reviewer)
	b.Get("/staff/briefing").Form("読みました").Submit()
	b.Get("/staff/queue").Form("担当する").Submit().Is(http.StatusOK)
	for _, lang := range []string{"ja", "en"} {
		b.Lang = lang
		queue := b.Get("/staff/queue").Is(http.StatusOK)
		for _, one := range b.JSON("/api/v1/review/applications")["items"].([]any) {
			entry := one.(map[string]any)
			queue.Shows(entry["name"].(string), entry["state_text"].(string), entry["applicant"].(map[string]any)["name"].(string))
			queue.Shows(entry["receipt_number"].(string))
		}
		said := b.JSON("/api/v1/review/applications/" + id)
		page := b.Get("/staff/cases/" + id).Is(http.StatusOK)
		page.Shows(said["procedure_name"].(string), said["receipt_number"].(string))
		page.Shows(texts(t, said["items"], "name", "whose", "reason_text")...)
		page.Shows(texts(t, said["timeline"], "text")...)
		for _, one := range said["steps"].([]any) {
			step := one.(map[string]any)
			if step["allowed"] == true {
				page.Shows(step["name"].(string))
			} else if reason, _ := step["reason"].(string); step["step"] == "decide" {
				page.Shows(reason)
			}
		}
	}
}

func TestTheInboxSaysTheSameAsTheAPI(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	for _, job := range []task.Notify{{What: notify.KindArrived}, {What: "transferred"}, {What: notify.KindWithdrawn}} {
		job.Municipality, job.Application = webtest.Hinata, id
		if err := s.Notify.Notify(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	b := s.As(webtest.Parent)
	for _, lang := range []string{"ja", "en"} {
		b.Lang = lang
		said := texts(t, b.JSON("/api/v1/messages")["items"], "text")
		b.Get("/messages").Is(http.StatusOK).Shows(said...)
		if strings.Contains(strings.Join(said, ""), "{") {
			t.Errorf("a place is left for a value: %v", said)
		}
	}
}
