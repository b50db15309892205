# Puts the licences that people judged into an SBOM in place of what the tool took them for.
.components |= map(. as $c | ([$table[0].judged[] | .module as $m | select($c.name == $m or ($c.name | startswith($m + "/")))][0]) as $by
  | if $by then .evidence.licenses = [{license: (if $by.licence | startswith("LicenseRef-") then {name: $by.licence} else {id: $by.licence} end)}] else . end)
