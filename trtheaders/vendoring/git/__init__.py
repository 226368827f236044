"""Commands and remotes in, objects and ids out; GitPython's objects stay here."""
