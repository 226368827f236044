"""Two snapshots to the list of what changed between them."""

from __future__ import annotations

from trtheaders.checks.diff.classes.instances import fold_instances
from trtheaders.checks.diff.classes.records import compare_records, renamed_records
from trtheaders.checks.diff.classes.vtables import compare_vtables
from trtheaders.checks.diff.classes.whole_classes import fold_whole_classes
from trtheaders.checks.diff.entries import Sheet, read_sheet
from trtheaders.checks.diff.enumerations import compare_enumerations
from trtheaders.checks.diff.functions.declarations import compare_declaration
from trtheaders.checks.diff.named.introductions import compare_introductions
from trtheaders.checks.diff.named.macros import compare_macros
from trtheaders.checks.diff.named.names import compare_aliases, compare_gates, compare_headers
from trtheaders.checks.diff.namespaces import fold_inline_namespaces
from trtheaders.checks.diff.pairs import pair_declarations
from trtheaders.checks.diff.renamed_namespaces import find_renamed_namespaces, fold_renamed_namespaces
from trtheaders.model.answers.changes import Change
from trtheaders.model.headers.snapshot import AbiSnapshot


def compare_snapshots(old: AbiSnapshot, new: AbiSnapshot) -> tuple[Change, ...]:
    """What changed from ``old`` to ``new``, gravest first, then by place and name.

    The reader is someone whose source was written for ``old``. An impact is claimed by these definitions:

    * *link*: an object compiled with the old headers fails to link with the new library. Taken from the symbols that
      each side promises: a declaration with other symbols, or one that is gone. What is new breaks nobody, nor does a
      function that was inline, which old objects hold themselves.
    * *silent*: it links and misbehaves, or the program compiled anew behaves otherwise, because what differs is in no
      symbol: sizes, offsets, bases, vtable slots, values of enumerators, constants and macros, results, `static`,
      calling conventions, defaults and initialisers, parameters swapped under one signature.
    * *compile*: source for the old headers does not compile with the new ones. Claimed where an ordinary use breaks;
      that someone took a function's address with its exact type is not counted, or every change would be one.
    * *none*: neither; new things, other names of parameters, moved files, deprecations, attributes.

    What at least one side could not parse is in :func:`find_unjudged`, not here.
    """
    before, after, spaces = _read_sheets(old, new)
    pairs = pair_declarations(before, after)
    declared = [(pair, compare_declaration(pair, before, after)) for pair in pairs]
    named = [
        *fold_inline_namespaces(declared, before, after),
        *compare_records(before, after),
        *compare_vtables(before, after),
        *compare_enumerations(before, after),
        *compare_aliases(before, after),
        *compare_introductions(before, after),
    ]
    changes = [
        *fold_renamed_namespaces(fold_whole_classes(fold_instances(named)), spaces, before, after),
        *compare_macros(before, after),
        *compare_gates(old, new),
        *compare_headers(old, new),
    ]
    return tuple(sorted(changes, key=_order))


def find_unjudged(old: AbiSnapshot, new: AbiSnapshot) -> tuple[str, ...]:
    """Names of what could not be parsed on one side or both, so that no change of it is reported, sorted."""
    return tuple(sorted({item.name for item in (*old.unverifiable, *new.unverifiable)}))


def _read_sheets(old: AbiSnapshot, new: AbiSnapshot) -> tuple[Sheet, Sheet, dict[str, str]]:
    """Both sides by name, namespaces and classes that were renamed under their new name on both; and the namespaces."""
    before, after = read_sheet(old), read_sheet(new)
    spaces = find_renamed_namespaces(before, after)
    before = read_sheet(old, spaces) if spaces else before
    renamed = renamed_records(before, after)
    return (read_sheet(old, {**spaces, **renamed}) if renamed else before), after, spaces


def _order(change: Change) -> tuple[object, ...]:
    place = change.location
    return (
        -change.impact.rank,
        place.file if place else "",
        place.line if place else 0,
        change.name,
        change.kind,
        change.old,
        change.new,
    )
