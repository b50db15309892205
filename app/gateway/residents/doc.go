// Package residents invents the people whom the simulators of the resident directory and of the inter-agency network know:
// named ones for the demo (the catalogue's example family and one person for each kind of trouble), and any number of
// generated ones, computed from their ids, so that nothing is held in memory. Nobody here exists, and no individual number
// does either: people are named by the resident id (宛名番号) of their municipality (P4).
package residents
