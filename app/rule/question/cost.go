package question

import (
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
)

// maxCost is the most that evaluating a condition once may cost by CEL's own count, on answers of the greatest size. The
// dearest of the catalogue that comes with the program costs a twentieth of it. It is held when a condition is compiled, so
// that evaluating needs no counter.
const maxCost = 20_000

// affordable refuses a condition that could take long: whoever writes one is not always an engineer.
func affordable(env *cel.Env, tree *cel.Ast) error {
	estimate, err := env.EstimateCost(tree, sizes{})
	if err != nil {
		return fmt.Errorf("its cost cannot be told: %s", OneLine(err))
	}
	if estimate.Max > maxCost {
		return fmt.Errorf("condition costs up to %d steps, more than %d: it goes through lists inside lists", estimate.Max, maxCost)
	}
	return nil
}

// sizes tells CEL how large answers can be.
type sizes struct{}

// EstimateSize implements checker.CostEstimator.
func (sizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	switch node.Type().Kind() {
	case cel.ListKind:
		return &cost.SizeEstimate{Max: maxEntries}
	case cel.StringKind:
		return &cost.SizeEstimate{Max: defaultMax}
	default:
		return nil
	}
}

// EstimateCallCost implements checker.CostEstimator: our own functions are arithmetic on two days.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}
