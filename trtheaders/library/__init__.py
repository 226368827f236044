"""Installed libraries to answers: the only wing that speaks to pyelftools and to a disassembler."""
