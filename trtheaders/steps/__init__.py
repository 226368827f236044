"""What several verbs do on their way: each step is used by two verbs or more, and none knows a verb."""
