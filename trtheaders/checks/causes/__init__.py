"""Findings in, fewer findings out: those that a single fact explains are folded into one that states it."""
