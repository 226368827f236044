"""From a header tree and a question to an `AbiSnapshot`: the one entrance to this wing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from trtheaders.errors import HeaderError
from trtheaders.headers.clang import Node, Unit, parser_version
from trtheaders.headers.classes import judge_class
from trtheaders.headers.collecting import collect_declarations
from trtheaders.headers.describing import Describer
from trtheaders.headers.implicit import reach_implicitly
from trtheaders.headers.judging import Judge, Verdict
from trtheaders.headers.reaching import Reaching
from trtheaders.headers.records import RecordReader
from trtheaders.headers.sketches import Collection
from trtheaders.headers.surface import read_alias, read_directives, read_enumeration
from trtheaders.headers.toolchain import Compiler, find_compiler
from trtheaders.headers.tree import ALL, HeaderTree
from trtheaders.headers.trust import Trust
from trtheaders.model.places import Location
from trtheaders.model.promises import Exempt, Promise, Unverifiable
from trtheaders.model.releases import DEFAULT_DEFINES, DEFAULT_ENTRY, DEFAULT_STANDARD
from trtheaders.model.snapshot import AbiSnapshot, SnapshotKey, Toolchain

STAND_INS = Path(__file__).resolve().parent / "standins"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderQuestion:
    """Which headers, read how. ``root`` is the folder for `-I` (the parent of `tensorrt_llm/`); ``compiler`` '' means
    the one on PATH; ``entries`` may be `("all",)`.
    """

    root: Path
    entries: tuple[str, ...] = (DEFAULT_ENTRY,)
    standard: str = DEFAULT_STANDARD
    defines: tuple[str, ...] = DEFAULT_DEFINES
    include_directories: tuple[Path, ...] = ()
    compiler: str = ""
    new_string_abi: bool = True
    release: str | None = None
    target: str = "x86_64-linux-gnu"
    content: str = ""
    """What identifies the tree's bytes, if the caller knows (the lock's tree id); else the files read are hashed."""


def record_snapshot(question: HeaderQuestion) -> AbiSnapshot:
    """Parse the headers that ``question`` names and work out what they promise.

    Raises :class:`HeaderError` if there is nothing to read and :class:`ToolchainError` if there is no usable compiler
    or parser; a declaration that was not understood is `unverifiable` in the answer, never an error.
    """
    tree = HeaderTree(question.root)
    entries = tree.entries(question.entries)
    compiler = find_compiler(question.compiler)
    unit = Unit.parse(_include_all(entries), parser_arguments(question, compiler))
    trust = Trust(unit, tree)
    collection = collect_declarations(unit, tree)
    describer = Describer(tree)
    verdicts = _judge_all(collection, describer, trust)
    if not verdicts:
        raise HeaderError(
            f"`{question.root}` declares nothing in {', '.join(question.entries)}",
            hint="name headers that declare something with `--entry`",
        )
    snapshot = _assemble(question, compiler, unit, tree, verdicts)
    return _add_surface(snapshot, collection, describer, trust, tree)


def parser_arguments(question: HeaderQuestion, compiler: Compiler) -> list[str]:
    """The command line for libclang: the compiler's own search path, ours last so that real foreign headers win."""
    return [
        f"-std={question.standard}",
        "-nostdinc",
        # Every error counts: what none of them touches is trusted.
        "-ferror-limit=0",
        "-nostdinc++",
        # Up to clang 17 some templates are mangled as g++ 12 does (llvm D147655).
        "-fclang-abi-compat=17",
        f"-D_GLIBCXX_USE_CXX11_ABI={int(question.new_string_abi)}",
        *(f"-D{define}" for define in question.defines),
        f"-I{question.root.resolve()}",
        *(f"-isystem{folder.resolve()}" for folder in question.include_directories),
        *(f"-isystem{folder}" for folder in compiler.search_path),
        f"-isystem{STAND_INS}",
    ]


def _include_all(entries: Sequence[str]) -> str:
    return "".join(f'#include "{entry}"\n' for entry in entries)


def _judge_all(collection: Collection, describer: Describer, trust: Trust) -> list[Verdict]:
    reaching = Reaching(collection)
    judge = Judge(describer, trust, {**reach_implicitly(collection), **reaching.reached})
    verdicts: list[Verdict] = []
    for function in collection.functions.values():
        verdicts.extend(judge.functions(function))
    verdicts.extend(judge.variable(variable) for variable in collection.variables.values())
    for record in collection.records.values():
        doubt = trust.doubt(record.node)
        verdicts.extend(judge_class(record, describer, doubt))
    return verdicts


def _assemble(
    question: HeaderQuestion, compiler: Compiler, unit: Unit, tree: HeaderTree, verdicts: list[Verdict]
) -> AbiSnapshot:
    files = _files_read(unit, tree)
    stand_ins = sorted(
        {Path(item.file).relative_to(STAND_INS).as_posix() for item in unit.inclusions() if _is_stand_in(item.file)}
    )
    return AbiSnapshot(
        key=SnapshotKey(
            content=question.content or _hash_files(tree, files),
            entries=(ALL,) if ALL in question.entries else question.entries,
            standard=question.standard,
            defines=question.defines,
            target=question.target,
            new_string_abi=question.new_string_abi,
            toolchain=Toolchain(
                compiler=compiler.version, standard_library=compiler.standard_library, parser=parser_version()
            ),
            include_directories=tuple(str(folder) for folder in question.include_directories),
            stand_ins=tuple(stand_ins),
        ),
        release=question.release,
        promises=_sorted(verdict for verdict in verdicts if isinstance(verdict, Promise)),
        exempt=_sorted(verdict for verdict in verdicts if isinstance(verdict, Exempt)),
        unverifiable=tuple(
            sorted(
                (item for item in verdicts if isinstance(item, Unverifiable)),
                key=lambda item: (item.location, item.name),
            )
        ),
        files=files,
    )


def _add_surface(
    snapshot: AbiSnapshot, collection: Collection, describer: Describer, trust: Trust, tree: HeaderTree
) -> AbiSnapshot:
    reader = RecordReader(describer, trust)
    macros, gates = read_directives(tree, snapshot.files)
    records = (reader.read(record) for record in collection.records.values())
    enumerations = (read_enumeration(node, scope, _place(node, tree)) for node, scope in collection.enumerations)
    aliases = (read_alias(node, scope, _place(node, tree), describer) for node, scope in collection.aliases)
    return replace(
        snapshot,
        records=tuple(sorted(filter(None, records), key=lambda item: (item.location, item.name))),
        enumerations=tuple(sorted(enumerations, key=lambda item: (item.location, item.name))),
        aliases=tuple(sorted(aliases, key=lambda item: (item.location, item.name))),
        macros=tuple(sorted(macros, key=lambda item: item.location)),
        gates=tuple(sorted(gates, key=lambda item: item.location)),
    )


def _place(node: Node, tree: HeaderTree) -> Location:
    file, line, _ = node.place()
    return tree.locate(file, line) or Location(file=file, line=line)


_Kept = TypeVar("_Kept", Promise, Exempt)


def _sorted(items: Iterable[_Kept]) -> tuple[_Kept, ...]:
    def order(item: _Kept) -> tuple[Location, str, str, tuple[str, ...]]:
        return item.declaration.location, item.declaration.name, item.declaration.kind.value, item.symbols

    return tuple(sorted(items, key=order))


def _files_read(unit: Unit, tree: HeaderTree) -> tuple[str, ...]:
    names = (tree.name_of(item.file) for item in unit.inclusions())
    return tuple(sorted({name for name in names if name is not None}))


def _hash_files(tree: HeaderTree, files: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in files:
        digest.update(f"{name}\0{len(tree.text(name))}\0".encode() + tree.text(name))
    return digest.hexdigest()


def _is_stand_in(file: str) -> bool:
    return file.startswith(f"{STAND_INS}/")
