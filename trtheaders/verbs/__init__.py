"""One module a verb, each of which reads like a sentence; the Python API and the command line both call these."""
