"""What nobody provides is one finding a library."""

from trtheaders.checks.libraries.needs import check_missing, check_needs, tell_unjudged
from trtheaders.model.answers.findings import Severity
from trtheaders.model.library.needs import LibraryNeeds
from trtheaders.model.names import SymbolName
from trtheaders.report.evidence import spell_evidence


def test_a_consistent_library_yields_nothing():
    needs = [LibraryNeeds(library="liba.so", needed=12)]
    assert check_needs(needs) == ()
    assert list(tell_unjudged(needs)) == []


def test_one_unresolved_symbol_is_named():
    (finding,) = check_needs([LibraryNeeds(library="liba.so", needed=3, unresolved=(SymbolName("_Z7nowherev"),))])
    assert (finding.rule, finding.severity) == ("unresolved-symbols", Severity.ERROR)
    assert finding.message.startswith("`liba.so` needs `nowhere()`, which neither it nor")
    assert finding.symbols == ("_Z7nowherev",)


def test_many_are_counted_and_some_shown():
    symbols = tuple(SymbolName(f"_Z2f{number}v") for number in range(8))
    (finding,) = check_needs([LibraryNeeds(library="liba.so", needed=9, unresolved=symbols)])
    assert "needs 8 symbols" in finding.message
    assert len(spell_evidence(finding.evidence)) == 6
    assert spell_evidence(finding.evidence)[-1] == "… and 3 more"
    assert finding.symbols == symbols


def test_an_absent_library_makes_it_unjudged():
    needs = [LibraryNeeds(library="liba.so", needed=3, absent=("libx.so.1",))]
    assert check_needs(needs) == ()
    (sentence,) = tell_unjudged(needs)
    assert "`liba.so` needs `libx.so.1`, which is not here" in sentence


def test_what_it_asks_for_itself_and_nothing_provides_keeps_programs_from_starting():
    missing = ("libcublasLt.so.13", "libcuda.so.1", "libnvidia-ml.so.1")
    needs = [LibraryNeeds(library="liba.so", needed=3, absent=(*missing, "libindirect.so"), missing=missing)]
    (finding,) = check_missing(needs)
    assert (finding.rule, finding.severity) == ("missing-needed-libraries", Severity.WARNING)
    assert finding.message.startswith("`liba.so` needs `libcublasLt.so.13`, which nothing here provides: no program")
    (sentence,) = tell_unjudged(needs)
    assert "libcuda" not in sentence


def test_a_driver_that_is_not_here_is_no_missing_library():
    needs = [LibraryNeeds(library="liba.so", needed=3, absent=("libcuda.so.1",), missing=("libcuda.so.1",))]
    assert check_missing(needs) == ()
    assert list(tell_unjudged(needs)) == [
        "what `liba.so` needs of other libraries was not judged: the NVIDIA driver is not here"
    ]
