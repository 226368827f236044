"""From a header tree and a question to an `AbiSnapshot`: the one entrance to this wing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.counting import count_of
from trtheaders.errors import HeaderError, ToolchainError, TrtHeadersError
from trtheaders.headers.confirmation.compilation import CompilerCommand
from trtheaders.headers.confirmation.memory import AnswerMemory
from trtheaders.headers.first_parse import Reading, include_all
from trtheaders.headers.instances.parts import Parts
from trtheaders.headers.origins import Origins
from trtheaders.headers.parser.child import ParserDeathError, run_apart
from trtheaders.headers.parser.toolchain import Compiler, find_compiler, tell_parser
from trtheaders.headers.parser.tree import ALL, HeaderTree
from trtheaders.headers.parser.unit import UNIT_NAME, Unit, parser_version
from trtheaders.headers.promises.string_abi import add_other_names, pair_symbols
from trtheaders.headers.second_parse import read_tree
from trtheaders.headers.settled_parse import Entries
from trtheaders.headers.survivors import find_deadly, list_candidates, tell_deadly
from trtheaders.model.headers.introductions import Introduction
from trtheaders.model.headers.layouts import Alias, Enumeration, Record
from trtheaders.model.headers.promises import Exempt, Promise, Unverifiable
from trtheaders.model.headers.snapshot import PROMISES_ENGINE, AbiSnapshot, SnapshotKey, Toolchain
from trtheaders.model.places import Location
from trtheaders.model.vendoring.locks import GENERATED_FOLDER, HEADER_FOLDER
from trtheaders.model.vendoring.releases import DEFAULT_DEFINES, DEFAULT_ENTRY, DEFAULT_STANDARD

_STRING_ABI = "_GLIBCXX_USE_CXX11_ABI="
STAND_INS = Path(__file__).resolve().parent / "standins"


class HeaderQuestion(Struct, frozen=True, kw_only=True):
    """Which headers, read how.

    ``root`` is the folder for `-I` (the parent of `tensorrt_llm/`); ``compiler`` '' means the one on PATH, ``target``
    (a triplet) '' the compiler's own; ``entries`` may be `("all",)`. ``content`` identifies the tree's bytes if the
    caller knows (the lock's tree id); else the files that were read are hashed. With ``both_string_abis`` each symbol's
    name under the other `std::string` ABI is recorded as well, at the price of a second parse on another core. Flags in
    $CXX and $CXXFLAGS count unless ``environment`` is false, as it is for what is recorded for everybody. With
    ``confirmed`` the compiler is asked for names and layouts; ``memory`` is a folder that keeps its answers, or None.
    """

    root: Path
    entries: tuple[str, ...] = (DEFAULT_ENTRY,)
    standard: str = DEFAULT_STANDARD
    defines: tuple[str, ...] = DEFAULT_DEFINES
    include_directories: tuple[Path, ...] = ()
    compiler: str = ""
    new_string_abi: bool = True
    release: str | None = None
    target: str = ""
    content: str = ""
    both_string_abis: bool = False
    environment: bool = True
    confirmed: bool = False
    memory: Path | None = None


class Recording(Struct, frozen=True):
    """A snapshot, and the absolute paths of the files that it was made of: ``read`` are those that come neither from
    the folders that the compiler searches by itself nor from our stand-ins.
    """

    snapshot: AbiSnapshot
    read: tuple[str, ...]


def record_snapshot(question: HeaderQuestion) -> AbiSnapshot:
    """As :func:`record_with_files`, without the files."""
    return record_with_files(question).snapshot


def record_with_files(question: HeaderQuestion) -> Recording:
    """Parse the headers that ``question`` names and work out what they promise.

    Raises :class:`HeaderError` if there is nothing to read and :class:`ToolchainError` if there is no usable compiler
    or parser; a declaration that was not understood is `unverifiable` in the answer, never an error.
    """
    tree = HeaderTree(question.root)
    entries = tree.entries(question.entries, question.include_directories)
    # Asked here, so that the child need not.
    compiler = find_compiler(question.compiler, environment=question.environment)
    proposal = _propose_apart(question, tree, entries)
    if not any(_said(proposal.snapshot)):
        raise HeaderError(
            f"`{question.root}` declares nothing in {', '.join(f'`{entry}`' for entry in question.entries)}",
            hint="name headers that declare something with `--entry`",
        )
    confirmed = _confirm(proposal, question, compiler) if question.confirmed else proposal.snapshot
    return Recording(confirmed, tuple(_not_of_the_machine(proposal.included, question.root, compiler)))


def _not_of_the_machine(files: Iterable[str], root: Path, compiler: Compiler) -> Iterator[str]:
    """Those of ``files`` that lie below ``root``, or outside the compiler's search path and our stand-ins."""
    own = f"{root.resolve()}/"
    machine = tuple(f"{folder}/" for folder in (*compiler.search_path, STAND_INS))
    for file in files:
        if file == UNIT_NAME:
            continue
        if os.path.realpath(file).startswith(own) or not os.path.normpath(file).startswith(machine):
            yield file


class Proposal(Struct, frozen=True):
    """What the parser proposes, the files that it read for that, and what of classes' parts the compiler is to say."""

    snapshot: AbiSnapshot
    included: tuple[str, ...]
    parts: Parts


def _propose_apart(question: HeaderQuestion, tree: HeaderTree, entries: tuple[str, ...]) -> Proposal:
    """The proposal, from a process of its own; without the headers of which libclang dies."""
    try:
        return run_apart(lambda: _propose(question, entries), Proposal)
    except ParserDeathError as death:
        deadly = find_deadly(list_candidates(tree, entries), lambda names: _survives(question, names))
        left = [name for name in list_candidates(tree, entries) if name not in deadly]
        kept = tuple(entry for entry in entries if entry in left) or tuple(left)
        if not deadly or not kept:
            hint = "leave the header out with `--entry`, or report it to LLVM with the header"
            raise ToolchainError(f"libclang died of {_name_all(entries)} ({death.cause})", hint=hint) from death
        proposal = run_apart(lambda: _propose(question, kept), Proposal)
        open_ = (*proposal.snapshot.unverifiable, *tell_deadly(tree, deadly, death.cause))
        return replace(proposal, snapshot=replace(proposal.snapshot, unverifiable=_sort_open(open_)))


def _name_all(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _survives(question: HeaderQuestion, entries: tuple[str, ...]) -> bool:
    try:
        run_apart(lambda: _propose(question, entries), Proposal)
    except ParserDeathError:
        return False
    except TrtHeadersError:
        return True
    return True


def _propose(question: HeaderQuestion, entries: tuple[str, ...]) -> Proposal:
    compiler = find_compiler(question.compiler, environment=question.environment)
    tree = HeaderTree(question.root, _belonging(question, compiler))
    if question.both_string_abis:
        reading, other = _read_both(question, compiler, tree, entries)
        promises = add_other_names(_promises_of(reading), pair_symbols(reading.collection, other, tree))
    else:
        reading = read_tree(_entries(question, compiler, tree, entries))
        promises = _promises_of(reading)
    return Proposal(_assemble(question, compiler, tree, reading, promises), reading.included, reading.layouts.parts)


def _said(snapshot: AbiSnapshot) -> Iterator[object]:
    """All that headers can tell a reader: those without a symbol have constants, macros and layouts to compare."""
    yield from (snapshot.promises, snapshot.exempt, snapshot.unverifiable, snapshot.records)
    yield from (snapshot.enumerations, snapshot.aliases, snapshot.macros, snapshot.introductions or ())


def _confirm(proposal: Proposal, question: HeaderQuestion, compiler: Compiler) -> AbiSnapshot:
    """The snapshot of ``proposal`` with the names that the user's compiler has, in order again."""
    from trtheaders.headers.confirmation.consultation import consult

    entries = HeaderTree(question.root).entries(question.entries, question.include_directories)
    memory = AnswerMemory(question.memory, compiler, proposal.included)
    consulted = consult(proposal.snapshot, entries, proposal.parts, compiler_command(question, compiler), memory)
    return replace(
        consulted,
        promises=_sort_verdicts(consulted.promises),
        exempt=_sort_verdicts(consulted.exempt),
        unverifiable=_sort_open(consulted.unverifiable),
    )


def reconfirm(snapshot: AbiSnapshot, question: HeaderQuestion) -> AbiSnapshot:
    """``snapshot``, recorded with one compiler, for another version of its family: that of ``question`` is asked about
    the declarations alone that compilers name differently. No parser is needed.

    Raises :class:`ToolchainError` if there is no usable compiler.
    """
    from trtheaders.headers.confirmation.consultation import consult

    asked = tuple(item for item in snapshot.promises if item.dependent)
    recorded = snapshot.key.confirmed
    if not asked or recorded is None:
        return snapshot
    compiler = find_compiler(question.compiler, environment=question.environment)
    if (compiler.family, compiler.abi) == (recorded.family, recorded.abi):
        return snapshot
    part = replace(snapshot, promises=asked, exempt=(), unverifiable=(), records=(), enumerations=(), unconfirmed="")
    entries = HeaderTree(question.root).entries(question.entries, question.include_directories)
    memory = AnswerMemory(question.memory, compiler, tuple(str(question.root / name) for name in snapshot.files))
    told = consult(part, entries, Parts(), compiler_command(question, compiler), memory)
    if told.unconfirmed:
        return snapshot
    return replace(
        snapshot,
        key=replace(snapshot.key, toolchain=_name_both(snapshot.key.toolchain, compiler, len(asked))),
        promises=_sort_verdicts((*(item for item in snapshot.promises if not item.dependent), *told.promises)),
        exempt=_sort_verdicts((*snapshot.exempt, *told.exempt)),
    )


def _name_both(recorded: Toolchain | None, compiler: Compiler, asked: int) -> Toolchain | None:
    """What the recorded names rest on, and what those do that were asked for anew."""
    if recorded is None:
        return None
    own = _name_toolchain(compiler).compiler
    return replace(recorded, compiler=f"{recorded.compiler} ({count_of(asked, 'name')} on your {own})")


def compiler_command(question: HeaderQuestion, compiler: Compiler) -> CompilerCommand:
    """The consumer's command line, as far as headers have another meaning with each; ours last, as for the parser."""
    flags = (
        f"-std={question.standard}",
        *(f"-D{define}" for define in question.defines),
        f"-D{_STRING_ABI}{int(has_new_strings(question, compiler))}",
        f"-I{question.root.resolve()}",
        *(f"-isystem{folder}" for folder in generated_folders(question.root.resolve())),
        *(f"-isystem{folder.resolve()}" for folder in question.include_directories),
        f"-idirafter{STAND_INS}",
    )
    return CompilerCommand(compiler=tuple(compiler.words), flags=flags, clang=compiler.family == "clang")


def generated_folders(root: Path) -> tuple[Path, ...]:
    """The second folder for `-I` beside ``root``: headers that upstream's build makes; empty where there are none."""
    folder = root / GENERATED_FOLDER
    return (folder,) if (folder / HEADER_FOLDER).is_dir() else ()


def _belonging(question: HeaderQuestion, compiler: Compiler) -> tuple[str, ...]:
    """What of a folder that the compiler searches by itself (`/usr/include`) belongs to the entries: they themselves,
    the folders that they lie in, and one of their name (`lzma.h` includes what is in `lzma/`). The rest is the C
    library's, the standard library's, and other packages'.
    """
    if ALL in question.entries or question.root.resolve() not in compiler.machine_path:
        return ()
    found: list[str] = []
    for entry in question.entries:
        folder, inside, _ = entry.partition("/")
        found += [f"{folder}/"] if inside else [entry, f"{entry.partition('.')[0]}/"]
    return tuple(found)


def _further_folders(question: HeaderQuestion, compiler: Compiler) -> list[Path]:
    """The user's folders but those that the compiler searches by itself: g++ ignores an `-I` or `-isystem` of those,
    which would change the order of the search (gcc manual, "Directory Search").
    """
    resolved = (folder.resolve() for folder in question.include_directories)
    return [folder for folder in resolved if folder not in compiler.search_path]


def parser_arguments(question: HeaderQuestion, compiler: Compiler) -> list[str]:
    """The command line for libclang: the compiler's own search path, ours last so that real foreign headers win."""
    return [
        *tell_parser(compiler),
        f"-std={question.standard}",
        f"--target={question.target or compiler.target}",
        "-nostdinc",
        "-nostdinc++",
        # Every error counts: what none of them touches is trusted.
        "-ferror-limit=0",
        "-fbracket-depth=4096",
        # Up to clang 17 some templates are mangled as g++ 12 does (llvm D147655).
        "-fclang-abi-compat=17",
        # g++ has them since C++14, clang since 19.
        "-fsized-deallocation",
        # g++ takes a number that no enumerator has for a constant; the error of clang loses the whole declaration.
        "-Wno-enum-constexpr-conversion",
        *(f"-D{define}" for define in question.defines),
        f"-D{_STRING_ABI}{int(has_new_strings(question, compiler))}",
        *([] if question.root.resolve() in compiler.search_path else [f"-I{question.root.resolve()}"]),
        *(f"-isystem{folder}" for folder in generated_folders(question.root.resolve())),
        *(f"-isystem{folder}" for folder in _further_folders(question, compiler)),
        *(f"-isystem{folder}" for folder in compiler.search_path),
        f"-isystem{STAND_INS}",
        *compiler.forced,
    ]


def _entries(question: HeaderQuestion, compiler: Compiler, tree: HeaderTree, names: tuple[str, ...]) -> Entries:
    named = (*generated_folders(question.root.resolve()), *_further_folders(question, compiler))
    origins = Origins((*compiler.machine_path, STAND_INS), (*named, *compiler.search_path))
    return Entries(tree, names, tuple(parser_arguments(question, compiler)), compiler, origins)


def _read_both(
    question: HeaderQuestion, compiler: Compiler, tree: HeaderTree, entries: tuple[str, ...]
) -> tuple[Reading, Unit]:
    """What the headers tell, and the unit of the other `std::string` ABI, which is parsed on another core meanwhile."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(_parse_other, question, compiler, entries)
        return read_tree(_entries(question, compiler, tree, entries)), other.result()


def _parse_other(question: HeaderQuestion, compiler: Compiler, entries: tuple[str, ...]) -> Unit:
    turned = f"-D{_STRING_ABI}{int(not has_new_strings(question, compiler))}"
    arguments = [*parser_arguments(question, compiler), turned]
    return Unit.parse(include_all(entries), arguments, declared_only=True)


def _promises_of(reading: Reading) -> tuple[Promise, ...]:
    return tuple(item for item in reading.verdicts if isinstance(item, Promise))


def _assemble(
    question: HeaderQuestion, compiler: Compiler, tree: HeaderTree, reading: Reading, promises: tuple[Promise, ...]
) -> AbiSnapshot:
    words = reading.words
    open_ = (item for item in reading.verdicts if isinstance(item, Unverifiable))
    return AbiSnapshot(
        key=make_key(question, compiler, question.content or _hash_files(tree, words.files), _stand_ins(reading)),
        release=question.release,
        promises=_sort_verdicts(promises),
        exempt=_sort_verdicts(item for item in reading.verdicts if isinstance(item, Exempt)),
        unverifiable=_sort_open(open_),
        records=_sort_named(reading.layouts.records),
        enumerations=_sort_named(reading.layouts.enumerations),
        aliases=_sort_named(reading.layouts.aliases),
        macros=tuple(sorted(words.macros, key=lambda item: item.location)),
        gates=tuple(sorted(words.gates, key=lambda item: item.location)),
        files=words.files,
        introductions=_sort_named(reading.layouts.introductions),
    )


def has_new_strings(question: HeaderQuestion, compiler: Compiler) -> bool:
    """Which `std::string` the headers are read with: the last word of the definitions and the compiler's flags."""
    words = (*(f"-D{define}" for define in question.defines[::-1]), *compiler.flags[::-1])
    said = (word.removeprefix("-D") for word in words)
    told = next((word for word in said if word.startswith(_STRING_ABI)), "")
    return told != f"{_STRING_ABI}0" if told else question.new_string_abi


def make_key(question: HeaderQuestion, compiler: Compiler, content: str, stand_ins: tuple[str, ...]) -> SnapshotKey:
    """The key of the snapshot that answers ``question``."""
    return SnapshotKey(
        content=content,
        entries=(ALL,) if ALL in question.entries else question.entries,
        standard=question.standard,
        defines=question.defines,
        target=question.target or compiler.target,
        new_string_abi=has_new_strings(question, compiler),
        toolchain=_name_toolchain(compiler),
        include_directories=tuple(str(folder) for folder in question.include_directories),
        stand_ins=stand_ins,
        flags=compiler.flags,
        engine=PROMISES_ENGINE,
    )


def _name_toolchain(compiler: Compiler) -> Toolchain:
    """By families and the version of the ABI: a recorded snapshot has the same bytes whoever made it."""
    name = "clang++" if compiler.family == "clang" else "g++"
    return Toolchain(
        compiler=f"{name} (C++ ABI {compiler.abi})",
        standard_library=compiler.standard_library.partition(" ")[0],
        parser=".".join(parser_version().split(".")[:1]),
    )


_Kept = TypeVar("_Kept", Promise, Exempt)
_Named = TypeVar("_Named", Record, Enumeration, Alias, Introduction)


def _sort_verdicts(items: Iterable[_Kept]) -> tuple[_Kept, ...]:
    def order(item: _Kept) -> tuple[Location, str, str, tuple[str, ...]]:
        return item.declaration.location, item.declaration.name, item.declaration.kind.value, item.symbols

    return tuple(sorted(items, key=order))


def _sort_open(items: Iterable[Unverifiable]) -> tuple[Unverifiable, ...]:
    return tuple(sorted(items, key=lambda item: (item.location, item.name, item.reason)))


def _sort_named(items: Iterable[_Named]) -> tuple[_Named, ...]:
    return tuple(sorted(items, key=lambda item: (item.location, item.name)))


def _hash_files(tree: HeaderTree, files: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in files:
        digest.update(f"{name}\0{len(tree.text(name))}\0".encode() + tree.text(name))
    return digest.hexdigest()


def _stand_ins(reading: Reading) -> tuple[str, ...]:
    prefix = f"{STAND_INS}/"
    return tuple(sorted({file[len(prefix) :] for file in reading.included if file.startswith(prefix)}))
