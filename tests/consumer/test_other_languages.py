"""Logs in other languages: understood as the English ones, or said not to be; never passed over."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from trtheaders.consumer.logs import read_log
from trtheaders.consumer.translations import into_english
from trtheaders.model.answers.symptoms import SymptomKind as Kind

LIBRARY = "libtensorrt_llm.so"
SYMBOL = "tensorrt_llm::executor::Request::setId(unsigned long, std::optional<int> const&)"


@pytest.mark.parametrize(
    ("line", "kind", "subject"),
    [
        (f"main.cpp:(.text+0xac) : référence indéfinie vers « {SYMBOL} »", Kind.UNDEFINED_REFERENCE, SYMBOL),
        (f"main.o:main.cpp:function main: 错误: 对‘{SYMBOL}’未定义的引用", Kind.UNDEFINED_REFERENCE, SYMBOL),
        (
            f"/usr/bin/ld: a.o:(.text+0x1): `{SYMBOL}' に対する定義されていない参照です",
            Kind.UNDEFINED_REFERENCE,
            SYMBOL,
        ),
        (f"/usr/bin/ld: a.cpp:(.text+0x1): неопределённая ссылка на «{SYMBOL}»", Kind.UNDEFINED_REFERENCE, SYMBOL),
        # Another release of gold translates otherwise: the shape is enough.
        (
            f"main.o:main.cpp:función main: error: referencia sin precisar al «{SYMBOL}»",
            Kind.UNDEFINED_REFERENCE,
            SYMBOL,
        ),
        ("/usr/bin/ld : ne peut pas trouver -ltensorrt_llm : Aucun fichier", Kind.LIBRARY_NOT_LINKED, "tensorrt_llm"),
        ("ld: -ltensorrt_llm が見つかりません: そのような", Kind.LIBRARY_NOT_LINKED, "tensorrt_llm"),
        ("ld: kan inte hitta -ltensorrt_llm: Filen", Kind.LIBRARY_NOT_LINKED, "tensorrt_llm"),
        (
            "use.cpp:2:55: Fehler: »class tensorrt_llm::executor::Request« hat kein Element namens »setId«",
            Kind.NO_MEMBER,
            "setId",
        ),
        (
            "use.cpp:2:55: помилка: «class tensorrt_llm::executor::Request» чогось без «setId»",
            Kind.NO_MEMBER,
            "setId",
        ),
        (
            "use.cpp:1:10: 致命错误：tensorrt_llm/executor/executor.h：没有那个文件或目录",
            Kind.HEADER_NOT_FOUND,
            "tensorrt_llm/executor/executor.h",
        ),
        (
            "libtensorrt_llm.so: Kann die Shared-Object-Datei nicht öffnen: Datei oder Verzeichnis nicht gefunden",
            Kind.LIBRARY_NOT_LOADED,
            "libtensorrt_llm.so",
        ),
        # What no catalogue has, told by its shape.
        ("/usr/bin/ld: eitthvað -ltensorrt_llm: annað", Kind.LIBRARY_NOT_LINKED, "tensorrt_llm"),
        ("libtensorrt_llm.so: eitthvað: Aucun fichier ou dossier de ce type", Kind.LIBRARY_NOT_LOADED, LIBRARY),
        ("libtensorrt_llm.so: fichier trop court", Kind.NO_LIBRARY, "libtensorrt_llm.so"),
    ],
)
def test_a_complaint_is_the_same_in_every_language(line, kind, subject):
    log = read_log([line])
    assert [(item.kind, item.subject) for item in log.symptoms] == [(kind, subject)]
    assert not log.unexplained


@pytest.mark.parametrize("language", ["fr", "de", "ja", "ru", "zh_CN", "sv", "tr"])
def test_what_the_installed_linker_says_in_that_language(language):
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    command = ["g++", "-L/nonexistent", "-ltensorrt_llm", "-x", "c++", "/dev/null", "-o", "/dev/null"]
    said = [
        subprocess.run(command, env=environment | more, capture_output=True, text=True).stderr
        for more in ({}, {"LANGUAGE": language})
    ]
    # Where its translation is not installed, it says the same twice.
    plain, foreign = (read_log(text.splitlines()).symptoms for text in said)
    assert [(item.kind, item.subject) for item in foreign] == [(item.kind, item.subject) for item in plain]
    assert len(plain) == 1


def test_the_loaders_own_words_do_not_hide_the_language():
    line = "./app: error while loading shared libraries: libtensorrt_llm.so: eitthvað annað"
    assert read_log([line]).in_another_language


def test_a_failure_in_an_unknown_language_is_shown():
    line = "use.cpp:3:1: villa: tensorrt_llm::executor::Request er eitthvað annað"
    log = read_log([line])
    assert [item.text for item in log.unexplained] == [line]
    assert log.in_another_language
    done = subprocess.run(
        [sys.executable, "-m", "trtheaders", "explain"], input=line, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 2
    assert line in done.stdout
    assert "LC_ALL=C" in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        "a.cpp:3:1: Warnung: »tensorrt_llm::executor::Request« ist veraltet [-Wdeprecated-declarations]",
        "a.cpp:3:1: 附注：‘tensorrt_llm::executor::Request’ 在此声明",
        "/usr/bin/ld : main.o : dans la fonction « tensorrt_llm::f() » :",
        "/usr/bin/ld: warning: libtensorrt_llm.so: something mild",
    ],
)
def test_warnings_and_notes_are_no_failures_in_any_language(line):
    log = read_log([line])
    assert not log.symptoms
    assert not log.unexplained


def test_english_stays_as_it_is():
    line = "/usr/bin/ld: cannot find -ltensorrt_llm: No such file or directory"
    assert into_english(line) == line
