"""Instances of the headers' class templates have layouts like classes: recorded, compared, and judged."""

from __future__ import annotations

import subprocess

import pytest
from support.cxx import build_library, compile_cxx
from support.layout_builds import snapshot_of
from support.recording import record_text

from trtheaders.checks.diff.comparison import compare_snapshots
from trtheaders.checks.layout.judgement import LayoutJudgement, judge_layouts
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.model.answers.changes import Impact

HEADER = """# 1 "tensorrt_llm/executor/executor.h"
#pragma once
#include <optional>
#include <vector>
namespace n {{
namespace detail {{ template <class T> struct Base {{ T first; {inserted} long count; }}; }}
struct A {{ int x; }};
template <class T, class U = unsigned long> class Buffer
{{
public:
    int size() const;
    T get() const;
private:
    {inserted}
    long mSize;
    T mGet;
}};
extern template class Buffer<int>;
template <class T> struct Pair : detail::Base<T> {{ T second; unsigned bits : 3; }};
struct Derived : detail::Base<double> {{ int own; }};
struct Holder {{
    std::optional<Pair<A>> pair; Buffer<short>* pointer; std::vector<Buffer<long>> many; Buffer<A, short> last;
}};
int use(Holder const& h, Derived const& d);
int peek(Buffer<char> const& referred, Pair<char>* pointed);
template <class T> class Never {{ static_assert(sizeof(T) > 1000); T mine; }};
int touch(Never<int>* nobody);
}}
"""
BODIES = """# 1 "library.cpp"
namespace n {
template <class T, class U> int Buffer<T, U>::size() const { return mSize; }
template <class T, class U> T Buffer<T, U>::get() const { return mGet; }
template class Buffer<int>;
template char Buffer<char>::get() const;
template struct Pair<A>;
int peek(Buffer<char> const& referred, Pair<char>* pointed) { return Buffer<char>(referred).get() + pointed->second; }
int use(Holder const& h, Derived const& d) { return h.pair->second.x + d.own; }
}
"""
HERE, GROWN = HEADER.format(inserted=""), HEADER.format(inserted="long newcomer;")
REFERRED = ("n::Buffer<char>", "n::Pair<char>")
INSTANCES = (*REFERRED, "n::Buffer<int>", "n::Buffer<n::A, short>", "n::Pair<n::A>", "n::detail::Base<double>")


def _judge(header: str, *flags: str, compiler: str = "g++") -> LayoutJudgement:
    snapshot = snapshot_of(HERE)
    return judge_layouts(
        snapshot, read_evidence([build_library(header + BODIES, flags=flags, compiler=compiler)], snapshot)
    )


def test_every_instance_that_declarations_use_has_g_plus_plus_s_layout() -> None:
    records = {record.name: record for record in snapshot_of(HERE).records}
    assert set(INSTANCES) <= records.keys()
    asked = [(name, "") for name in INSTANCES]
    asked += [(name, item.name) for name in INSTANCES for item in records[name].fields if item.bits is None]
    program = "#include <cstddef>\n#include <cstdio>\n"
    alias = "".join(f"using T{index} = {name};\n" for index, (name, _) in enumerate(asked))
    calls = "".join(
        f'std::printf("%zu\\n", {f"offsetof(T{index}, {member})" if member else f"sizeof(T{index})"});\n'
        for index, (_, member) in enumerate(asked)
    )
    source = f"{program}{HERE}\n{alias}int main() {{ {calls} }}\n"
    built = compile_cxx(source, name="sizes", flags=("-std=c++17", "-w", "-fno-access-control"))
    assert built.status == 0, built.messages
    printed = subprocess.run([built.path], capture_output=True, text=True, check=True).stdout.split()
    found = [
        (next(item.offset for item in records[name].fields if item.name == member) or 0) // 8
        if member
        else records[name].size
        for name, member in asked
    ]
    assert found == [int(text) for text in printed]


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_debug_information_judges_instances(compiler: str, tools) -> None:
    tools(compiler)
    matching = _judge(HERE, "-g", compiler=compiler)
    assert matching.findings == ()
    described = {
        item.name
        for item in read_evidence(
            [build_library(HERE + BODIES, flags=("-g",), compiler=compiler)], snapshot_of(HERE)
        ).debug_records
    }
    assert {"n::Buffer<int>", "n::Buffer<n::A, short>", "n::detail::Base<double>", *REFERRED} <= described
    grown = _judge(GROWN, "-g", compiler=compiler)
    told = {finding.name for finding in grown.findings}
    assert {"n::Buffer<int>", "n::detail::Base<double>", "n::Derived", *REFERRED} <= told


def test_accessors_of_an_extern_template_judge_it_without_debug_information() -> None:
    matching = _judge(HERE, "-O2", "-s")
    assert (matching.findings, matching.agreeing) == ((), 1)
    grown = _judge(GROWN, "-O2", "-s")
    assert [(item.rule, item.name) for item in grown.findings] == [("moved-members", "n::Buffer<int>")]


def test_diff_tells_instances_and_templated_bases(tmp_path) -> None:
    old, new = (record_text(tmp_path / name, text) for name, text in (("old", HERE), ("new", GROWN)))
    silent = {change.name for change in compare_snapshots(old, new) if change.impact is Impact.SILENT}
    assert silent >= {*INSTANCES, "n::Derived", "n::Holder"}
