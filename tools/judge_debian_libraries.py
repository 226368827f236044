"""False alarms of layout evidence: Debian 12's stripped libraries against the headers of their own packages.

    python tools/judge_debian_libraries.py SCRATCH [PACKAGE…]

Each pair belongs together, so whatever is found is a false alarm. Packages are fetched into SCRATCH by `apt-get
download` and unpacked there; nothing is installed. A row a library: classes, classes judged, accessors that agree
of those that tell, findings. `docs/agreement.md` has what came out.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from trtheaders.checks.layout.judgement import judge_layouts
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.library.layout.evidence import read_evidence

# Development package: library packages, folder below usr/include, headers, macros.
LIBRARIES: dict[str, tuple[str, str, str, str]] = {
    "libbox2d-dev": ("libbox2d2", "", "box2d/*.h", ""),
    "libbullet-dev": (
        "libbullet3.24",
        "bullet",
        "btBulletDynamicsCommon.h BulletSoftBody/*.h",
        "BT_USE_DOUBLE_PRECISION",
    ),
    "libclucene-dev": ("libclucene-core1v5", "", "CLucene.h", ""),
    "libcppunit-dev": ("libcppunit-1.15-0", "", "cppunit/*.h cppunit/extensions/*.h", ""),
    "libdouble-conversion-dev": ("libdouble-conversion3", "", "double-conversion/*.h", ""),
    "libebml-dev": ("libebml5", "", "ebml/*.h", ""),
    "libexiv2-dev": ("libexiv2-27", "", "exiv2/exiv2.hpp", ""),
    "libfltk1.3-dev": ("libfltk1.3", "", "FL/*.H", ""),
    "libfmt-dev": ("libfmt9", "", "fmt/*.h", ""),
    "libgeos++-dev": (
        "libgeos3.11.1 libgeos-dev",
        "",
        "geos/geom/*.h geos/index/**/*.h geos/operation/**/*.h geos/algorithm/*.h geos/io/*.h geos/util/*.h",
        "",
    ),
    "libirrlicht-dev": ("libirrlicht1.8", "irrlicht", "irrlicht.h", ""),
    "libjsoncpp-dev": ("libjsoncpp25", "jsoncpp", "json/*.h", ""),
    "libleveldb-dev": ("libleveldb1d", "", "leveldb/*.h", ""),
    "libmatroska-dev": ("libmatroska7 libebml-dev", "", "matroska/*.h", ""),
    "libmuparser-dev": ("libmuparser2v5", "", "mu*.h", ""),
    "libode-dev": ("libode8", "", "ode/ode.h", ""),
    "libpoco-dev": (
        "libpocofoundation80 libpoconet80 libpocoutil80 libpocoxml80 libpocojson80",
        "",
        "Poco/*.h Poco/Net/*.h Poco/Util/*.h Poco/XML/*.h Poco/JSON/*.h",
        "",
    ),
    "libpugixml-dev": ("libpugixml1v5", "", "pugixml.hpp", ""),
    "libqpdf-dev": ("libqpdf29", "", "qpdf/*.hh", ""),
    "libre2-dev": ("libre2-9", "", "re2/*.h", ""),
    "librocksdb-dev": ("librocksdb7.8", "", "rocksdb/*.h", ""),
    "libsfml-dev": (
        "libsfml-graphics2.5 libsfml-system2.5 libsfml-window2.5 libsfml-network2.5 libsfml-audio2.5",
        "",
        "SFML/Graphics.hpp SFML/Audio.hpp SFML/Network.hpp",
        "",
    ),
    "libsnappy-dev": ("libsnappy1v5", "", "snappy.h snappy-sinksource.h", ""),
    "libtag1-dev": ("libtag1v5-vanilla", "taglib", "*.h", ""),
    "libtinyxml-dev": ("libtinyxml2.6.2v5", "", "tinyxml.h", "TIXML_USE_STL"),
    "libtinyxml2-dev": ("libtinyxml2-9", "", "tinyxml2.h", ""),
    "libxerces-c-dev": (
        "libxerces-c3.2",
        "",
        "xercesc/dom/DOM.hpp xercesc/parsers/*.hpp xercesc/util/*.hpp xercesc/sax2/*.hpp xercesc/framework/*.hpp",
        "",
    ),
    "libyaml-cpp-dev": ("libyaml-cpp0.7", "", "yaml-cpp/*.h", ""),
}
_ELSEWHERE = re.compile(r"_(DUMMY|WIN32U?|WINCE|VX|POSIX|UNIX|STD|Android|C99|SUN|DEC|QNX|AIX)\.h$")
"""Headers of which a library has one for each platform, and includes its own."""


def fetch(scratch: Path, package: str) -> Path:
    """The folder where ``package`` and its libraries are unpacked."""
    folder = scratch / package
    root = folder / "root"
    if not root.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        names = [package, *LIBRARIES[package][0].split()]
        subprocess.run(["apt-get", "-q", "download", *names], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for archive in sorted(folder.glob("*.deb")):
            subprocess.run(["dpkg", "-x", archive, root], check=True)
    return root


def judge(root: Path, package: str) -> int:
    """Print what ``package`` comes to; how many findings there are."""
    _, below, patterns, defines = LIBRARIES[package]
    include = root / "usr/include" / below
    found = (path for pattern in patterns.split() for path in sorted(include.glob(pattern)))
    entries = tuple(str(path.relative_to(include)) for path in found if not _ELSEWHERE.search(path.name))
    more = (root / "usr/include", root / "usr/include/x86_64-linux-gnu", root / "usr/lib/x86_64-linux-gnu")
    snapshot = record_snapshot(
        HeaderQuestion(
            root=include,
            entries=entries,
            defines=tuple(defines.split()),
            include_directories=tuple(path for path in more if path.is_dir()),
        )
    )
    libraries = [path for path in sorted(root.glob("usr/lib/**/*.so*")) if path.is_file() and not path.is_symlink()]
    judged = judge_layouts(snapshot, read_evidence(libraries, snapshot))
    counts, accessors = judged.counts, f"{judged.agreeing} of {judged.accessors}"
    print(f"{package:26} {counts.classes:5} {counts.judged:5}  {accessors:>10}  {len(judged.findings):3}", flush=True)
    for finding in judged.findings:
        print(f"    {finding.severity.value} {finding.rule}: {finding.message}")
    return len(judged.findings)


def main() -> int:
    """0 if no finding is there."""
    scratch = Path(sys.argv[1]).resolve()
    print("package                    classes judged  accessors  findings")
    return int(sum(judge(fetch(scratch, package), package) for package in sys.argv[2:] or LIBRARIES) > 0)


if __name__ == "__main__":
    sys.exit(main())
