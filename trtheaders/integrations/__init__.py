"""What pre-commit and CMake ask in, several verbs' answers at once out: the rooms that put verbs together.

May import verbs; no verb imports another verb.
"""
