"""Whether libraries are consistent in themselves: what each needs of others, and who has it."""

from __future__ import annotations

from msgspec import Struct

from trtheaders.model.names import SymbolName


class LibraryNeeds(Struct, frozen=True, kw_only=True):
    """What one library refers to elsewhere. ``needed`` counts its undefined symbols, weak ones apart.

    ``absent`` names the DT_NEEDED libraries, its own and theirs, that were not found: then nobody can say what is
    unresolved, and ``unresolved`` is empty. Otherwise ``unresolved`` are the symbols that nothing provides.
    ``missing`` are those of the absent ones that the library asks for itself.
    """

    library: str
    needed: int = 0
    unresolved: tuple[SymbolName, ...] = ()
    absent: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it could not be judged, as a sentence; empty where it was."""
        if not self.absent:
            return ""
        names = ", ".join(f"`{name}`" for name in self.absent)
        verb = "is" if len(self.absent) == 1 else "are"
        return f"`{self.library}` needs {names}, which {verb} not here, so that its other needs cannot be judged"
