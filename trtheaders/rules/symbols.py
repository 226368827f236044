"""Rules about symbols: what a linker, or a program at run time, would make of a promise that is not kept."""

from __future__ import annotations

from trtheaders.model.answers.findings import Severity
from trtheaders.rules.row import Rule

MISSING_SYMBOLS = Rule(
    id="missing-symbols",
    severity=Severity.ERROR,
    summary="a declaration's symbol is not exported by any library",
    explanation=(
        "The header declares something that its user must find in a library, and no library of the set exports it. "
        "Whoever calls, derives from or reads it cannot link. A constructor, a destructor and a class owe several "
        "symbols each, which are one finding."
    ),
    example="// header:  int f(int);\n// library: int f(long) { return 0; }\nint main() { return f(1); }",
    source="ld: undefined reference to `f(int)'",
    message="{declared}, {absence}",
    hint="headers and library are different releases or builds; `trtheaders identify` says which it is",
    link=True,
    explainable=True,
)

MISSING_UNOPTIMISED_SYMBOLS = Rule(
    id="missing-unoptimised-symbols",
    severity=Severity.WARNING,
    summary="a symbol that only unoptimised code refers to is not exported",
    explanation=(
        "The member of an `extern template` is defined in its class, so that an optimised caller inlines it. "
        "At -O0 the caller refers to the library's copy, and the library has none."
    ),
    example="template <class T> struct A { int f() { return 1; } };\nextern template struct A<int>;",
    source="C++ standard [temp.explicit] 13.9.3; ld at -O0: undefined reference",
    message="{declared}, {absence}",
    hint="compile with -O1 or higher, or use a library that holds the instance",
    link=True,
    explainable=True,
)

MISSING_CONSTANTS = Rule(
    id="missing-constants",
    severity=Severity.WARNING,
    summary="a constant that is initialised in its class has no definition in any library",
    explanation=(
        "`static const int max = 200;` in a class is a value, not a definition. Most uses take the value; whoever "
        "binds a reference to it (`std::min(n, A::max)`) or takes its address needs a definition; none is there."
    ),
    example="struct A { static const int max = 200; };\nint f(int n) { return std::min(n, A::max); }",
    source="C++ standard [class.static.data], [basic.def.odr]; ld at -O0: undefined reference to `A::max'",
    hint="use a copy of the value (`int(A::max)`, `+A::max`), or a build that defines it",
)

MISSING_VECTOR_VARIANTS = Rule(
    id="missing-vector-variants",
    severity=Severity.WARNING,
    summary="the variants for vectors that the attribute or OpenMP's `declare simd` promises are in no library",
    explanation=(
        "The attribute, or the pragma where -fopenmp or -fopenmp-simd holds, says that the library has variants of the "
        "function that take several values at once. A loop that g++ vectorises (-O3, `#pragma omp simd`) calls them by "
        "names of their own, and no library has those of every x86-64."
    ),
    example='__attribute__((simd("notinbranch"))) double fast(double); // _ZGVbN2v__Z4fastd',
    source="x86-64 vector function ABI; gcc manual, attribute simd; OpenMP, declare simd; ld: undefined reference",
    message="{what} promises variants for vectors, and no library has them",
    hint="build the library with them where the function is defined, or compile with -fno-tree-loop-vectorize",
)

HIDDEN_SYMBOLS = Rule(
    id="hidden-symbols",
    severity=Severity.ERROR,
    summary="the library defines a promised symbol but does not export it",
    explanation=(
        "The symbol is compiled into the library with hidden visibility or was made local by a version script, so "
        "that no other program can link to it. The header's author forgot the export macro, or the library was "
        "built with -fvisibility=hidden."
    ),
    example="// header:  int f();\n// library, built with -fvisibility=hidden:\nint f() { return 1; }",
    source="gABI, symbol visibility STV_HIDDEN; ld: undefined reference to `f()'",
    message="{declared}, `{library}` defines {it} but does not export {it}",
    hint='build the library with default visibility, or add `__attribute__((visibility("default")))`',
    link=True,
)

OLD_VERSION_SYMBOLS = Rule(
    id="old-version-symbols",
    severity=Severity.ERROR,
    summary="a promised symbol exists only in a version that new links ignore",
    explanation=(
        "The library keeps `f@V1` for programs linked long ago and has no default version `f@@…`. Old programs "
        "run, a new one does not link."
    ),
    example='__asm__(".symver f_old, f@V1");\nextern "C" int f_old() { return 1; }',
    source="GNU symbol versioning, VERSYM_HIDDEN (0x8000) in .gnu.version; ld: undefined reference",
    message="{declared}, `{library}` has {it} only in the old version `{version}` that new links ignore",
    hint="the function was retired: newly linked programs need its successor",
    link=True,
    explainable=True,
)

SYMBOLS_IN_NEEDED_LIBRARIES = Rule(
    id="symbols-in-needed-libraries",
    severity=Severity.ERROR,
    summary="a promised symbol is exported only by a library that the linked one needs",
    explanation=(
        "The declaration is kept by a DT_NEEDED dependency. GNU ld does not take symbols from those on its own "
        "account: the dependency must be named on the link line as well."
    ),
    example="// liba.so needs libd.so; only that exports g()\nint g();\nint main() { return g(); } // g++ … -la",
    source="ld: undefined reference to symbol, DSO missing from command line",
    message="{declared}, only `{library}` exports {it}, which the linked library needs",
    hint="name `{library}` on the link line as well",
    link=True,
)

SYMBOLS_IN_UNLINKED_LIBRARIES = Rule(
    id="symbols-in-unlinked-libraries",
    severity=Severity.NOTE,
    summary="promised symbols are kept by a library that lies beside the one that is linked",
    explanation=(
        "The installation provides the symbols, in a library other than the main one. Whoever uses these "
        "declarations links that library too."
    ),
    example="// headers of tensorrt_llm/thop are kept by libth_common.so\n// g++ … -ltensorrt_llm -lth_common",
    source="ld: undefined reference, unless that library is named",
)

WRONG_KIND_SYMBOLS = Rule(
    id="wrong-kind-symbols",
    severity=Severity.ERROR,
    summary="the header and the library disagree about what a symbol is",
    explanation=(
        "A function here is a variable there, or a thread-local variable is an ordinary one. Between functions "
        "and variables the link succeeds and the program crashes; thread-local mismatches fail to link."
    ),
    example="// header:  int f();\n// library: int f = 3;   (as C symbols)",
    source="gABI, symbol types; ld: TLS definition mismatches non-TLS reference",
    message="{what} is {kind_here} here, in `{library}` it is {kind_there}",
    hint="headers and library are different releases: it crashes where it links",
)

WRONG_SIZE_OBJECTS = Rule(
    id="wrong-size-objects",
    severity=Severity.ERROR,
    summary="a variable has another size in the library",
    explanation=(
        "The size that the header's type gives a variable is not the size of the object in the library. The link "
        "succeeds; reading or writing the difference touches something else."
    ),
    example="// header:  extern int table[8];\n// library: int table[4];",
    source="gABI, st_size; R_X86_64_COPY copies st_size bytes",
    message="{what} takes {size_here} bytes here, {size_there} in `{library}`",
    hint="headers and library are different releases: reading it runs past its end",
)

PROTECTED_DATA_SYMBOLS = Rule(
    id="protected-data-symbols",
    severity=Severity.ERROR,
    summary="a variable is exported with protected visibility, so that programs cannot link to it",
    explanation=(
        "An executable wants a copy of the variable (a copy relocation) that the library, by protected "
        "visibility, would never look at. The linker refuses. Functions may be protected."
    ),
    example='__attribute__((visibility("protected"))) int v = 1;',
    source="gABI, STV_PROTECTED; ld: copy relocation against protected symbol",
    message="{what} is exported by `{library}` with protected visibility, which no program can link to",
    hint="build the library with default visibility for variables",
)

DUPLICATE_SYMBOLS = Rule(
    id="duplicate-symbols",
    severity=Severity.NOTE,
    summary="several libraries export the same promised symbol",
    explanation=(
        "The first one on the link line is taken. That is harmless while both are one build, and a violation of "
        "the one-definition rule where they differ."
    ),
    example="// liba.so and libb.so both export n::f()",
    source="C++ standard [basic.def.odr]",
)

EXPORTED_HIDDEN_DECLARATIONS = Rule(
    id="exported-hidden-declarations",
    severity=Severity.WARNING,
    summary="a declaration marked hidden is exported by the library",
    explanation=(
        "The header says that nothing outside the library may refer to the symbol, the library exports it. Header "
        "and library come from different builds, or the attribute is missing where the function is defined."
    ),
    example='__attribute__((visibility("hidden"))) int f();',
    source="gABI, STV_HIDDEN",
    message="{what} is declared hidden here, `{library}` exports it",
    hint="headers and library come from different builds",
)

UNRESOLVED_SYMBOLS = Rule(
    id="unresolved-symbols",
    severity=Severity.ERROR,
    summary="a library needs symbols that no library it needs provides",
    explanation=(
        "Every DT_NEEDED library was found and none of them, nor the library itself, exports what it refers to: "
        "the set is not consistent in itself, whatever the headers say. Where a needed library is not there, "
        "nothing is claimed."
    ),
    example="int nowhere();\nint f() { return nowhere(); } // g++ -shared",
    source="ld: undefined reference (in a shared library); ld.so: undefined symbol",
    message="`{library}` needs {what}, which neither it nor any library that it needs provides",
    hint="install the libraries of one build, or name the one that provides them with `--library`",
)

STRING_ABI_MISMATCHES = Rule(
    id="string-abi-mismatches",
    severity=Severity.ERROR,
    summary="the library was built with the other std::string ABI",
    explanation=(
        "libstdc++ has two std::string types, chosen by _GLIBCXX_USE_CXX11_ABI, and they mangle differently: "
        "`RKSs` against `RKNSt7__cxx1112basic_string…`. Every function that takes or returns a string is missing "
        "under the one name and there under the other."
    ),
    example="// library: g++ -D_GLIBCXX_USE_CXX11_ABI=0\nstd::string name();",
    source="GCC manual, Dual ABI",
)

STANDARD_LIBRARY_MISMATCHES = Rule(
    id="standard-library-mismatches",
    severity=Severity.ERROR,
    summary="the library was built with another C++ standard library than the headers are read with",
    explanation=(
        "libstdc++ and libc++ are different implementations: what takes or returns a `std::string`, a container or a "
        "stream has other names (`std::__1::…`) and another layout. No switch of the one makes it the other."
    ),
    example="// library: clang++ -stdlib=libc++\nstd::string name(); // consumer: g++",
    source="libc++, ABI policy: inline namespace `std::__1`; DT_NEEDED of the library",
)

MOVED_INLINE_NAMESPACES = Rule(
    id="moved-inline-namespaces",
    severity=Severity.ERROR,
    summary="an inline namespace is in the headers and not in the library, or the other way round",
    explanation=(
        "An inline namespace is invisible in source code and part of every symbol. TensorRT-LLM put `common` and "
        "`kernels` into `inline namespace _v1` after 1.2.0rc4."
    ),
    example="namespace n { inline namespace _v1 { void f(); } } // library: n::f()",
    source="Itanium C++ ABI 5.1 (nested names); TensorRT-LLM PR #9541",
)

MISSING_TYPEINFO = Rule(
    id="missing-typeinfo",
    severity=Severity.ERROR,
    summary="the library was built without run-time type information",
    explanation=(
        "No typeinfo (`_ZTI…`) is exported at all: built with -fno-rtti. Deriving from, throwing, catching or "
        "dynamic_cast of its classes does not link."
    ),
    example="struct A { virtual void k(); }; // library: g++ -fno-rtti",
    source="Itanium C++ ABI 2.9.5; GCC manual, -fno-rtti",
    hint="it was built with `-fno-rtti`: rebuild it without, or compile with `-fno-rtti` as well",
)

MISSING_KEY_FUNCTIONS = Rule(
    id="missing-key-functions",
    severity=Severity.ERROR,
    summary="a class's key function is not in the library, and so neither are its vtable and typeinfo",
    explanation=(
        "The vtable and typeinfo of a class are emitted with its key function: the first virtual function that is "
        "neither pure nor inline. Without it every construction, derivation, dynamic_cast and catch fails to link."
    ),
    example="struct A { virtual void k(); }; // the library never defines A::k",
    source="Itanium C++ ABI 5.2.3 (virtual tables); ld: undefined reference to `vtable for A'",
)

UNCOMPILED_FEATURES = Rule(
    id="uncompiled-features",
    severity=Severity.ERROR,
    summary="everything of one class, header, namespace or preprocessor condition is missing",
    explanation=(
        "Nothing that the part promises is in the library, while the rest is: it was not compiled in. A source "
        "file was left out, or a macro is set for the headers and was not set for the library."
    ),
    example="#ifdef ENABLE_FP8\nvoid quantize();\n#endif",
    source="ld: undefined references, all in one place",
)

HIDDEN_LIBRARIES = Rule(
    id="hidden-libraries",
    severity=Severity.ERROR,
    summary="the library defines what is promised and exports none of it",
    explanation=(
        "Built with -fvisibility=hidden and without export macros, or linked with a version script that keeps "
        "everything local."
    ),
    example="// g++ -shared -fvisibility=hidden",
    source="GCC manual, -fvisibility; GNU ld manual, VERSION",
    hint="build it without `-fvisibility=hidden`, or export the interface in its version script",
)

FOREIGN_ARCHITECTURES = Rule(
    id="foreign-architectures",
    severity=Severity.ERROR,
    summary="the libraries are built for different architectures",
    explanation="No program can link libraries of two architectures; one of them belongs to another installation.",
    example="// libtensorrt_llm.so for aarch64, libnvinfer_plugin_tensorrt_llm.so for x86-64",
    source="gABI, e_machine; ld: skipping incompatible",
    hint="take libraries of one installation",
)

OTHER_RELEASES = Rule(
    id="other-releases",
    severity=Severity.ERROR,
    summary="the library is another release of TensorRT-LLM than the headers",
    explanation=(
        "The promises that are not kept are those in which the headers' release differs from a release that the "
        "library fits. Vendor the headers of that release, or install the other wheel."
    ),
    example="// headers of 1.2.0rc3, library of 1.1.0",
    source="`trtheaders identify`, `trtheaders diff`",
)

WRONG_LIBRARIES = Rule(
    id="wrong-libraries",
    severity=Severity.ERROR,
    summary="the library has nothing to do with these headers",
    explanation="It exports next to nothing of what the headers promise, nor anything that is spelt like it.",
    example="// --library libz.so",
    source="ld: every reference is undefined",
    hint="name the right one with `--library`, or look at which one `LD_LIBRARY_PATH` and the run path find first",
)

STALE_ACCEPTANCES = Rule(
    id="stale-acceptances",
    severity=Severity.WARNING,
    summary="an `[[accept]]` entry no longer matches any finding",
    explanation="What was put on record has been repaired, or is spelt wrong. Remove the entry.",
    example='[[accept]]\nrule = "missing-symbols"\nname = "n::gone"\nreason = "fixed upstream"',
    source="trtheaders.toml",
    message="nothing is found any more that {what} accepts",
    hint="remove that `[[accept]]` table",
)

EXPIRED_ACCEPTANCES = Rule(
    id="expired-acceptances",
    severity=Severity.WARNING,
    summary="an `[[accept]]` entry is past its date and no longer accepts anything",
    explanation="Findings that it matched count again. Look at them, then remove the entry or give it a new date.",
    example='[[accept]]\nrule = "missing-symbols"\nreason = "until 1.2.0"\nexpires = "2026-01-31"',
    source="trtheaders.toml",
    message="{what} expired on {date}",
    hint="look at what it accepted, then remove the `[[accept]]` table or give it another date",
)

ROWS: tuple[Rule, ...] = (
    MISSING_SYMBOLS,
    MISSING_UNOPTIMISED_SYMBOLS,
    MISSING_CONSTANTS,
    MISSING_VECTOR_VARIANTS,
    HIDDEN_SYMBOLS,
    OLD_VERSION_SYMBOLS,
    SYMBOLS_IN_NEEDED_LIBRARIES,
    SYMBOLS_IN_UNLINKED_LIBRARIES,
    WRONG_KIND_SYMBOLS,
    WRONG_SIZE_OBJECTS,
    PROTECTED_DATA_SYMBOLS,
    DUPLICATE_SYMBOLS,
    EXPORTED_HIDDEN_DECLARATIONS,
    UNRESOLVED_SYMBOLS,
    STRING_ABI_MISMATCHES,
    STANDARD_LIBRARY_MISMATCHES,
    MOVED_INLINE_NAMESPACES,
    MISSING_TYPEINFO,
    MISSING_KEY_FUNCTIONS,
    UNCOMPILED_FEATURES,
    HIDDEN_LIBRARIES,
    FOREIGN_ARCHITECTURES,
    OTHER_RELEASES,
    WRONG_LIBRARIES,
    STALE_ACCEPTANCES,
    EXPIRED_ACCEPTANCES,
)
