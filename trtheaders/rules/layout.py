"""Rules about layout: what links and then corrupts memory."""

from __future__ import annotations

from trtheaders.model.answers.findings import Severity
from trtheaders.rules.row import Rule

_ACCESSORS = (
    "System V ABI and Itanium C++ ABI 2.4: a member lies at a fixed distance from `this`, and the code says which"
)

MOVED_MEMBERS = Rule(
    id="moved-members",
    severity=Severity.ERROR,
    summary="a class's members lie elsewhere in the library than the headers say",
    explanation=(
        "The machine code of an accessor touches its member at a fixed distance from `this`. Where that is "
        "not the header's, members were added, removed or reordered between the headers and the library. A program "
        "built with these headers links, and then reads and writes the wrong memory. One accessor alone that could "
        "have another reason is a warning."
    ),
    example="class Config { int mNew; int mTopK; };  // getTopK() in the library: mov (%rdi),%eax",
    source=_ACCESSORS,
)

GROWN_RECORDS = Rule(
    id="grown-records",
    severity=Severity.ERROR,
    summary="a class has another size in the library than the headers say",
    explanation=(
        "The library writes beyond the size that the headers give the class (in a constructor, or into a result "
        "that the caller made room for), frees another size than that, allocates less before it constructs one, "
        "or says another size in its debug information. A program built with these headers makes too little room: "
        "the library overwrites what lies behind it."
    ),
    example="Config::Config() writes 8 bytes at offset 1040 of a class of 1040 bytes",
    source="Itanium C++ ABI 2.2 and 3.1; C++14 sized deallocation ([expr.delete])",
)

REORDERED_VTABLE_SLOTS = Rule(
    id="reordered-vtable-slots",
    severity=Severity.ERROR,
    summary="virtual functions stand in other slots of the library's vtable",
    explanation=(
        "A virtual call goes by number: the header's order of virtual functions decides which slot is called. "
        "Where the library's vtable holds another function there, the wrong function runs."
    ),
    example="struct Decoder { virtual void setup(); virtual void step(); };  // the library has `reset` between",
    source="Itanium C++ ABI 2.5.2: virtual function pointers stand in declaration order",
)

MOVED_BASES = Rule(
    id="moved-bases",
    severity=Severity.ERROR,
    summary="the library's class has other base classes, or has them elsewhere",
    explanation=(
        "The typeinfo of a class lists its direct bases and their offsets. Where they differ from the headers', "
        "conversions to a base point to the wrong place."
    ),
    example="struct Engine : Logger, Runner {};  // the library has Runner at offset 16, the headers at 8",
    source="Itanium C++ ABI 2.9.5: __si_class_type_info, __vmi_class_type_info",
)

CHANGED_RETURN_CONVENTIONS = Rule(
    id="changed-return-conventions",
    severity=Severity.ERROR,
    summary="a function returns its result in another way than the headers say",
    explanation=(
        "A return type is no part of a function's symbol. Whether it comes back in registers or through memory "
        "that the caller provides follows from its type; where library and headers differ in that, every "
        "argument is taken for another one."
    ),
    example="std::string getName() const;  // the library has: std::string const& getName() const;",
    source="System V x86-64 psABI 3.2.3; AAPCS64 6.9; Itanium C++ ABI 3.1.3",
)

CHANGED_ENUMERATORS = Rule(
    id="changed-enumerators",
    severity=Severity.ERROR,
    summary="an enumerator has another value in the library's debug information",
    explanation="Both sides pass the number, not the name: a program's `kB` is the library's `kC`.",
    example="enum class Mode { kA, kB };  // the library has: enum class Mode { kA, kNew, kB };",
    source="C++ [dcl.enum]; DWARF 5, 5.7",
)

ROWS: tuple[Rule, ...] = (
    MOVED_MEMBERS,
    GROWN_RECORDS,
    REORDERED_VTABLE_SLOTS,
    MOVED_BASES,
    CHANGED_RETURN_CONVENTIONS,
    CHANGED_ENUMERATORS,
)
