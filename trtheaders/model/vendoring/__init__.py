"""Releases, and what is vendored of them: values of `vendoring`."""
