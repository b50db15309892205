# What may not be linked: a line for each component that has no licence, or one that is not accepted (AGPL for one).
.components[] | [(.licenses // .evidence.licenses // [])[] | .license.id // .license.name // .expression] as $all
| select(($all | length) == 0 or any($all[]; . as $one | $table[0].accepted | index($one) | not))
| "\(.name) \(.version): \(if ($all | length) == 0 then "no known licence" else $all | join(", ") end)"
