"""One file a check; `registry` has them in the order in which they are told."""
