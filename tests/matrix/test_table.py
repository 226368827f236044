"""The compatibility table holds together: every release once and in order, a source for each figure."""

from __future__ import annotations

import re

import pytest
from packaging.version import Version

from trtheaders.compatibility.fits import Means, obstacles
from trtheaders.compatibility.table import figures_of, read_table
from trtheaders.model.setup.devices import Driver, Gpu
from trtheaders.model.setup.figures import FigureName
from trtheaders.suppliers import cuda_major_of

ROWS = read_table()
VALUES = {
    FigureName.CUDA: r"\d+\.\d+(\.\d+)?",
    FigureName.CUBLAS: r"\d+",
    FigureName.TENSORRT: r"\d+\.\d+(\.\d+)?",
    FigureName.PYTORCH: r"\d+\.\d+(\.\d+)?",
    FigureName.PYTHON: r"3\.\d+",
    FigureName.DRIVER: r"\d+\.\d+\.\d+",
    FigureName.CAPABILITY: r"\d+\.\d",
    FigureName.ARCHITECTURES: r"[A-Z]\w+",
    FigureName.STANDARD: r"c\+\+\d\d",
    FigureName.STRING_ABI: r"new|old",
    FigureName.EXECUTOR: r"present|absent|removed",
    FigureName.NGC_IMAGE: r"nvcr\.io/nvidia/tensorrt-llm/release:\S+",
    FigureName.TRITON_IMAGES: r"nvcr\.io/nvidia/tritonserver:\d\d\.\d\d-trtllm-python-py3",
}


def test_every_release_stands_once_and_in_order():
    versions = [Version(row.release) for row in ROWS]
    assert versions == sorted(set(versions))
    assert all(row.release == str(Version(row.release)) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.release)
def test_each_figure_has_a_form_and_a_source(row):
    for name, figure in row.figures.items():
        assert figure.values, name
        assert all(re.fullmatch(VALUES[name], value) for value in figure.values), (name, figure)
        assert len(figure.source) > 20, name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.release)
def test_figures_of_one_row_agree(row):
    cuda, cublas, driver = (row.get(name) for name in (FigureName.CUDA, FigureName.CUBLAS, FigureName.DRIVER))
    assert cublas is None or (cuda or "").partition(".")[0] == cublas
    assert (cuda is None) == (driver is None)
    assert driver is None or driver.startswith("580" if (cuda or "").startswith("13") else "525")
    image = row.get(FigureName.NGC_IMAGE)
    assert image is None or image.endswith(f":{row.release}")


def test_the_executor_comes_once_and_goes_once():
    states = [row.get(FigureName.EXECUTOR) for row in ROWS]
    known = [state for state in states if state]
    assert [state for index, state in enumerate(known) if index == 0 or state != known[index - 1]] == [
        "absent",
        "present",
        "removed",
    ]


def test_cuda_13_begins_where_the_libraries_say():
    def major(release):
        return (figures_of(release).get(FigureName.CUDA) or "").partition(".")[0]

    assert [major(name) for name in ("1.1.0rc5", "1.1.0", "1.2.0rc1", "1.2.0rc2")] == ["12", "13", "12", "13"]


@pytest.mark.parametrize(
    ("version", "release"),
    [("1.2.0rc3+cu130", "1.2.0rc3"), ("v1.1.0", "1.1.0"), ("1.2.0rc4.post1", "1.2.0rc4"), ("9.9.9", None), ("x", None)],
)
def test_an_installed_version_finds_its_row(version, release):
    found = figures_of(version)
    assert (found.release if found else None) == release


def _means(driver, *capabilities, pythons=("3.12",)):
    gpus = tuple(Gpu(index=index, name="g", capability=item) for index, item in enumerate(capabilities))
    return Means(driver=Driver(version=driver, gpus=gpus), pythons=pythons)


@pytest.mark.parametrize(
    ("release", "means", "expected"),
    [
        ("1.1.0", _means("580.95.05", (9, 0)), ()),
        ("1.1.0", _means("575.57.08", (9, 0)), ("driver 575.57.08 < 580.65.06",)),
        ("1.0.0", _means("575.57.08", (9, 0)), ()),
        ("1.0.0", _means("575.57.08", (7, 0)), ("compute capability 7.0 < 8.0",)),
        ("1.0.0", _means("575.57.08", (8, 6), pythons=("3.11",)), ("no Python 3.10 or 3.12",)),
        ("1.2.0rc5", _means("580.95.05", (9, 0)), None),
    ],
)
def test_a_machine_fits_a_release_or_it_is_said_why_not(release, means, expected):
    assert obstacles(figures_of(release), means) == expected


def test_cublas_carries_the_major():
    assert (cuda_major_of("libcublasLt.so.13"), cuda_major_of("libcurand.so.10")) == (13, None)
