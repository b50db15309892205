#!/usr/bin/env bash
# Looks at the code as .golangci.yml says, with the linter that deploy/lint/go.mod pins. A module of its own keeps the linter's
# several hundred dependencies out of the program's.
#
#   bash deploy/lint.sh [PACKAGE…]      ./... if none is named
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
linter=$(cd deploy/lint && GOFLAGS='' CGO_ENABLED=0 go tool -n golangci-lint)
exec "$linter" run --timeout 30m "${@:-./...}"
