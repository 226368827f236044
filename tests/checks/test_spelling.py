"""Demangled names read as C++; the demangled side comes from the platform's demangler."""

from __future__ import annotations

import pytest

from trtheaders.demangling import demangle
from trtheaders.spelling import last_component, read_cxx, short_name

STRING = "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >"


@pytest.mark.parametrize(
    ("demangled", "written"),
    [
        (STRING, "std::string"),
        ("std::string const&", "std::string const&"),
        (f"std::vector<{STRING}, std::allocator<{STRING} > > const&", "std::vector<std::string> const&"),
        ("std::optional<std::vector<int, std::allocator<int> > >", "std::optional<std::vector<int>>"),
        (
            "std::map<int, long, std::less<int>, std::allocator<std::pair<int const, long> > >",
            "std::map<int, long>",
        ),
        (
            f"std::unordered_map<{STRING}, m, std::hash<{STRING} >, std::equal_to<{STRING} >, A >".replace(
                "A", f"std::allocator<std::pair<{STRING} const, m> >"
            ),
            "std::unordered_map<std::string, m>",
        ),
        ("std::unique_ptr<n::A, std::default_delete<n::A> >", "std::unique_ptr<n::A>"),
        ("std::unique_ptr<n::A, n::D>", "std::unique_ptr<n::A, n::D>"),
        ("std::set<int, std::less<void>, std::allocator<int> >", "std::set<int, std::less<void>>"),
        ("std::chrono::duration<long, std::ratio<1l, 1000l> >", "std::chrono::milliseconds"),
        ("n::vector<int, std::allocator<int> >", "n::vector<int, std::allocator<int>>"),
        ("n::A::operator<(n::A const&) const", "n::A::operator<(n::A const&) const"),
        ("n::A::operator->() const", "n::A::operator->() const"),
        ("n::operator<<(std::ostream&, n::A const&)", "n::operator<<(std::ostream&, n::A const&)"),
        ("(anonymous namespace)::f(int)", "(anonymous namespace)::f(int)"),
        ("std::function<void (int, n::A<int>)>", "std::function<void (int, n::A<int>)>"),
        ("std::filesystem::__cxx11::path const&", "std::filesystem::path const&"),
        ("n::name[abi:cxx11]()", "n::name()"),
    ],
)
def test_standard_noise_is_left_out(demangled, written):
    assert read_cxx(demangled) == written


def test_a_real_symbol_reads_as_written():
    symbol = (
        "_ZN12tensorrt_llm8executor8ExecutorC1ERKNSt10filesystem7__cxx114pathENS0_9ModelTypeERKNS0_14ExecutorConfigE"
    )
    assert read_cxx(demangle(symbol)) == (
        "tensorrt_llm::executor::Executor::Executor(std::filesystem::path const&, "
        "tensorrt_llm::executor::ModelType, tensorrt_llm::executor::ExecutorConfig const&)"
    )


def test_names_in_messages_are_short():
    record = "tensorrt_llm::executor::Request"
    assert short_name(f"{record}::setId", record) == "Request::setId"
    assert short_name("tensorrt_llm::executor::version") == "executor::version"
    assert last_component("n::A<m::B>") == "A<m::B>"
    assert last_component("plain") == "plain"


def test_what_nests_deeper_than_any_compiler_lets_it_stays_as_it_is():
    deep = "std::vector<" * 2000 + "int" + ">" * 2000
    assert short_name(deep) == deep
    one = "std::vector<int, std::allocator<int>>"
    assert short_name(f"f({', '.join([one] * 400)})") == f"f({', '.join([short_name(one)] * 400)})"
