package evidence_test

import (
	"fmt"
	"log"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/configs"
)

// apart is a claim for a child who lives with a grandmother in another city.
const apart = `{"applicant": {"pension": "employees"},
	"children": [{"birth_date": "2025-05-10", "relationship": "child", "lives_with_applicant": false, "studying_abroad": false,
		"municipality": "998028"}],
	"divorce_in_progress": false, "dv_evacuation": false, "parents_abroad_designation": false, "older_siblings_18_22": 0,
	"payee": {"use_public_account": true}, "left_public_office": false}`

func claim(inForce string) evidence.Input {
	return evidence.Input{Procedure: "child-allowance-claim", Municipality: "998010", FiledAt: time.Date(2026, 6, 1, 9, 0, 0, 0, jp.JST),
		JSON: []byte(apart), Phases: []phase.Row{{Procedure: phase.Any, Item: phase.Any, Municipality: phase.Any, Phase: inForce}}}
}

// On trial the documents are asked for as before; in full operation those that the network replaces are omitted.
func ExampleMake() {
	procedures, err := catalogue.Load(configs.Procedures())
	if err != nil {
		log.Fatal(err)
	}
	for _, inForce := range []string{phase.Trial, phase.Full} {
		plan, err := evidence.Make(procedures, claim(inForce))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s, by the version of %s\n", inForce, plan.Version)
		for _, r := range plan.Requirements {
			fmt.Printf("  %s: %s, %s, ask the network: %t\n", r.Name(), r.Decision, r.Reason, r.Inquire)
		}
	}
	// Output:
	// trial, by the version of 2025-12-02
	//   household-resident-record/child-1: attach, trial, ask the network: true
	//   pension-enrolment/applicant: attach, trial, ask the network: true
	//   separate-custody-statement/child-1: attach, not-replaceable, ask the network: false
	// full, by the version of 2025-12-02
	//   household-resident-record/child-1: omit, full-operation, ask the network: true
	//   pension-enrolment/applicant: omit, full-operation, ask the network: true
	//   separate-custody-statement/child-1: attach, not-replaceable, ask the network: false
}

// What changed for a draft between two looks at it.
func ExampleDiff() {
	procedures, err := catalogue.Load(configs.Procedures())
	if err != nil {
		log.Fatal(err)
	}
	before, err := evidence.Make(procedures, claim(phase.Trial))
	if err != nil {
		log.Fatal(err)
	}
	after, err := evidence.Make(procedures, claim(phase.Full))
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range evidence.Diff(before, after) {
		fmt.Println(c.Requirement().Name(), "is now to", c.Requirement().Decision)
	}
	// Output:
	// household-resident-record/child-1 is now to omit
	// pension-enrolment/applicant is now to omit
}
