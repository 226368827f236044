"""Configuration classes like those of the Executor API, generated: a header for us, bodies for the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.cxx import CACHE, build_library
from support.tools import tool
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.model.headers.snapshot import AbiSnapshot

HEADER = "tensorrt_llm/executor/executor.h"
PREFACE = """#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>
namespace tensorrt_llm::executor {
using SizeType32 = std::int32_t;
using FloatType = float;
enum class Kind : std::int32_t { kA, kB };
"""


@dataclass(frozen=True)
class Member:
    """A data member with the accessors that it has."""

    name: str
    type: str
    getter: bool = True
    reference: bool = False
    setter: bool = False

    @property
    def stem(self) -> str:
        return self.name[1:]


@dataclass(frozen=True)
class Class:
    """A class of members, each with accessors, and a constructor that takes none."""

    name: str
    members: tuple[Member, ...]
    extra: str = ""
    extra_bodies: str = ""

    def declaration(self) -> str:
        lines = [f"class {self.name} {{", "public:", f"    {self.name}();"]
        for member in self.members:
            if member.getter:
                lines.append(f"    [[nodiscard]] {member.type} get{member.stem}() const;")
            if member.reference:
                lines.append(f"    [[nodiscard]] {member.type}& get{member.stem}Ref();")
            if member.setter:
                lines.append(f"    void set{member.stem}({member.type} const& value);")
        lines += [self.extra, "private:", *(f"    {member.type} {member.name};" for member in self.members), "};"]
        return "\n".join(lines) + "\n"

    def bodies(self) -> str:
        lines = [f"{self.name}::{self.name}() : {', '.join(f'{member.name}{{}}' for member in self.members)} {{}}"]
        for member in self.members:
            scope = f"{self.name}::"
            if member.getter:
                lines.append(f"{member.type} {scope}get{member.stem}() const {{ return {member.name}; }}")
            if member.reference:
                lines.append(f"{member.type}& {scope}get{member.stem}Ref() {{ return {member.name}; }}")
            if member.setter:
                lines.append(f"void {scope}set{member.stem}({member.type} const& value) {{ {member.name} = value; }}")
        return "\n".join(lines) + "\n" + self.extra_bodies

    def with_member(self, index: int, member: Member) -> Class:
        """The same class with one member more, before the one at ``index``; the newcomer has no accessor."""
        members = (*self.members[:index], member, *self.members[index:])
        return Class(self.name, members, self.extra, self.extra_bodies)


def header_of(classes: Sequence[Class]) -> str:
    return PREFACE + "\n".join(item.declaration() for item in classes) + "}\n"


def source_of(classes: Sequence[Class]) -> str:
    opening = "namespace tensorrt_llm::executor {\n"
    return header_of(classes) + opening + "\n".join(item.bodies() for item in classes) + "}\n"


@cache
def snapshot_of(header: str, target: str = "x86_64-linux-gnu", compiler: str = "") -> AbiSnapshot:
    """What the one header ``header`` promises."""
    import hashlib

    root = CACHE / "headers" / hashlib.sha256(header.encode()).hexdigest()[:24]
    path = root / HEADER
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header)
    chosen = compiler and tool(compiler)
    return record_snapshot(HeaderQuestion(root=root, entries=(HEADER,), target=target, compiler=chosen))


def stripped_library(source: str, *flags: str, compiler: str = "g++") -> Path:
    return build_library(source, flags=(*(flags or ("-O2",)), "-s"), compiler=compiler)


_TYPES = (
    "SizeType32",
    "std::optional<SizeType32>",
    "std::optional<FloatType>",
    "bool",
    "std::string",
    "std::vector<SizeType32>",
    "std::optional<std::vector<SizeType32>>",
    "std::optional<std::string>",
    "std::shared_ptr<std::string>",
    "std::variant<SizeType32, std::string>",
    "FloatType",
    "std::uint64_t",
    "Kind",
    "std::optional<std::uint64_t>",
    "Nested",
    "std::optional<Nested>",
    "double",
    "std::filesystem::path",
    "std::map<std::string, SizeType32>",
    "std::optional<bool>",
)


def nested_class() -> Class:
    return Class(
        "Nested",
        (
            Member("mFraction", "std::optional<FloatType>"),
            Member("mName", "std::string"),
            Member("mSizes", "std::vector<SizeType32>", setter=True),
        ),
    )


def large_class(count: int = 40) -> Class:
    """A class of ``count`` members of all the kinds that the Executor API has."""
    members = tuple(
        Member(
            f"mItem{number:02}x",
            _TYPES[number % len(_TYPES)],
            reference=number % 7 == 3,
            setter=number % 3 == 0,
        )
        for number in range(count)
    )
    return Class("LargeConfig", members)
