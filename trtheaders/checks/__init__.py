"""Snapshot against answers, snapshot against snapshot, a log against releases: pure functions over frozen values.

No file, clock, environment or process; no other wing.
"""
