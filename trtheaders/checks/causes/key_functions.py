"""The cause that a class's key function is missing (Itanium C++ ABI 5.2.3): its vtable and typeinfo go with it."""

from __future__ import annotations

from trtheaders.checks.causes.open_findings import Case, CommonCause, UnkeptPromise
from trtheaders.demangling import demangle
from trtheaders.model.headers.declarations import DeclarationKind
from trtheaders.rules.symbols import MISSING_KEY_FUNCTIONS
from trtheaders.spelling import read_cxx, short_name


def find_key_function(case: Case) -> CommonCause | None:
    """The first class that lacks its tables and its key function, and nothing else."""
    keys = {record.name: record.key_function for record in case.snapshot.records}
    by_symbol = {symbol: item for item in case.symptoms for symbol in item.finding.symbols}
    for symptom in case.symptoms:
        declaration = symptom.promise.declaration
        key = keys.get(declaration.name) if declaration.kind is DeclarationKind.CLASS else None
        function = by_symbol.get(key) if key else None
        if function and key and _kept_otherwise(declaration.name, case):
            return _tell(symptom, function, read_cxx(demangle(key)))
    return None


def _kept_otherwise(record: str, case: Case) -> bool:
    """Whether the class is there apart from that: if nothing of it is, it was not compiled in."""
    members = [item for item in case.snapshot.promises if item.declaration.record == record]
    broken = [item for item in case.symptoms if item.promise.declaration.record == record]
    return len(broken) < len(members) or len(members) == 1


def _tell(table: UnkeptPromise, function: UnkeptPromise, key: str) -> CommonCause:
    name = short_name(table.promise.declaration.name)
    return CommonCause(
        rule=MISSING_KEY_FUNCTIONS,
        message=f"class `{name}` has the key function `{key}`, no library has it, nor the vtable that comes with it",
        symptoms=(function, table),
        lines=("constructing, deriving from, dynamic_cast to and catching the class do not link",),
        hint="the source file that defines it was not compiled into the library, or belongs to another release",
    )
