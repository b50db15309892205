#!/usr/bin/env bash
# Writes into a folder what is linked into each program: an SBOM (CycloneDX, JSON), and one list of licences. It fails if a licence is none of those
# that deploy/supply/licences.json accepts, or is not known; what people judged because the tool was wrong stands there too.
#
#   bash deploy/sbom.sh DIR
set -euo pipefail
dir=${1:?the folder to write into}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
supply=$PWD/deploy/supply
tool=$(cd "$supply" && GOFLAGS='' CGO_ENABLED=0 go tool -n cyclonedx-gomod)

# refused reads an SBOM and names what may not be linked.
refused() { jq -r --slurpfile table "$supply/licences.json" -f "$supply/refused.jq"; }

# Whether it finds anything at all is asked each time.
found=$(refused <<<'{"components": [{"name": "a", "version": "1", "evidence": {"licenses": [{"license": {"id": "MIT"}}, {"license": {"id": "AGPL-3.0-only"}}]}},
	{"name": "b", "version": "2"}, {"name": "c", "version": "3", "licenses": [{"license": {"id": "MIT"}}]}]}')
[ "$found" = $'a 1: MIT, AGPL-3.0-only\nb 2: no known licence' ] || { printf 'the check itself is wrong: %s\n' "$found"; exit 1; }

wrong=0
version=$(git describe --tags --always --dirty 2>/dev/null || echo unknown)
for program in onestop demo; do
	go build -ldflags="-s -w" -o "$dir/$program" "./cmd/$program"
	"$tool" bin -json -licenses -std -version "$version" -output "$dir/$program.tool.json" "$dir/$program" 2>"$dir/$program.log" ||
		{ cat "$dir/$program.log"; exit 1; }
	jq --slurpfile table "$supply/licences.json" -f "$supply/judge.jq" "$dir/$program.tool.json" >"$dir/$program.cdx.json"
	linked=$(go version -m "$dir/$program" | grep -c $'^\tdep\t')
	listed=$(jq '.components | length' "$dir/$program.cdx.json")
	[ "$listed" -gt "$linked" ] || { printf '%s: %s of %s modules are listed\n' "$program" "$listed" "$linked"; exit 1; } # Go's own library beside them
	refused <"$dir/$program.cdx.json" >"$dir/refused"
	[ ! -s "$dir/refused" ] || { sed "s|^|$program links |" "$dir/refused"; wrong=1; }
	rm "$dir/$program" "$dir/$program.tool.json" "$dir/$program.log" "$dir/refused"
done
jq -rs '[.[].components[] | {name, version, licence: ([(.licenses // .evidence.licenses // [])[] | .license.id // .license.name // .expression] | join(", "))}] | unique[]
	| "\(.name) \(.version)\t\(.licence)"' "$dir"/*.cdx.json >"$dir/licences.txt"
exit "$wrong"
