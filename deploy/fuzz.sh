#!/usr/bin/env bash
# Runs every fuzz test of the repository in turn. What one finds is kept in its package's testdata/fuzz and fails from
# then on in every run of the tests. The exit code is not zero if one found something.
#
#   bash deploy/fuzz.sh [TIME] [NAME]      30s each, every test, if not said
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
time=${1:-30s}
wanted=${2:-Fuzz}
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"
failed=0
while IFS=: read -r file declaration; do
	name=${declaration#func }
	name=${name%%(*}
	case $name in *"$wanted"*) ;; *) continue ;; esac
	printf '== %s %s\n' "$(dirname "$file")" "$name"
	# One input of many bytes would else be made smaller for a minute, and the whole time would go into that.
	go test -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 1s "./$(dirname "$file")" </dev/null || failed=$((failed + 1))
done < <(grep -rE '^func Fuzz' --include='*_test.go' app cmd storage deploy | sort)
printf '%d found something\n' "$failed"
[ "$failed" -eq 0 ]
