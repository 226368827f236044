"""The oracle for whole trees: it agrees on an honest snapshot, and sees what a wrong one lacks or has too much of."""

from __future__ import annotations

from msgspec.structs import replace
from support.oracle import compare_with_compiler
from support.recording import record_text

API = """
#pragma once
#include <memory>
#include <string>
namespace lib {
int plain(int, std::string const&);
extern int level;
struct Base { virtual ~Base(); virtual int work(int) const; virtual void must() = 0; };
class Owner {
public:
    explicit Owner(std::string name);
    Owner(Owner&&) = default;
    ~Owner();
    operator bool() const;
    Owner& operator=(Owner const&);
    static int count();
    int twice() { return 2 * once(); }
private:
    int once();
    void dead();
    struct Impl;
    std::unique_ptr<Impl> impl;
};
template <class T> T any_kind(T);
inline int inlined() { return plain(1, ""); }
}
"""


def test_an_honest_snapshot_agrees_with_the_compiler(tmp_path):
    report = compare_with_compiler(tmp_path, "api.h", record_text(tmp_path, API))
    assert report.missed == ()
    assert report.excessive == ()
    assert report.beyond_reach == ("_ZN3lib4BaseD0Ev",)
    assert report.agrees


def test_a_promise_that_is_left_out_is_missed(tmp_path):
    snapshot = record_text(tmp_path, API)
    kept = [item for item in snapshot.promises if not item.declaration.name.endswith(("once", "work"))]
    report = compare_with_compiler(tmp_path, "api.h", replace(snapshot, promises=tuple(kept)))
    assert report.missed == ("_ZN3lib5Owner4onceEv", "_ZNK3lib4Base4workEi")


def test_a_promise_with_a_wrong_symbol_is_excessive(tmp_path):
    snapshot = record_text(tmp_path, API)
    first = next(item for item in snapshot.promises if item.declaration.name == "lib::plain")
    wrong = replace(first, obligations=(replace(first.obligations[0], symbol="_ZN3lib5plainEv"),))
    others = tuple(item for item in snapshot.promises if item is not first)
    report = compare_with_compiler(tmp_path, "api.h", replace(snapshot, promises=(*others, wrong)))
    assert report.excessive == ("_ZN3lib5plainEv",)
    assert len(report.missed) == 1
