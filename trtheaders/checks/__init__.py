"""Snapshot against answers, snapshot against snapshot: pure functions over frozen values."""
