"""The machine and the project that are looked at, and the facts that several checks share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.compatibility.table import figures_of
from trtheaders.configuration import Configuration
from trtheaders.diagnosis.probes.driver import find_driver
from trtheaders.diagnosis.probes.loading import Loadings, find_loadings
from trtheaders.diagnosis.probes.programs import is_container
from trtheaders.diagnosis.probes.toolkits import find_toolkits
from trtheaders.diagnosis.shared import Shared
from trtheaders.errors import InstallationError, LibraryError, TrtHeadersError
from trtheaders.installation.choice import find_installation
from trtheaders.library.loading import read_system
from trtheaders.loader.system import LoaderSystem
from trtheaders.model.answers.findings import Verification
from trtheaders.model.library.exports import Machine
from trtheaders.model.library.installations import Installation
from trtheaders.model.setup.checkup import Purpose
from trtheaders.model.setup.devices import Driver, Toolkit
from trtheaders.model.setup.figures import ReleaseFigures
from trtheaders.suppliers import cuda_major_of

PATIENCE = 2.7
"""Seconds for all checks together: `doctor` answers within three. A program that is asked has half of it."""
_NO_FIGURES = ReleaseFigures(release="", figures={})


class Site:
    """What is asked about. ``root`` is where the machine's files lie, `/` but for tests; ``purpose`` None means all;
    ``patience`` is for all probes together, in seconds.

    ``verify`` compares the vendored headers with the library and raises where there is no answer. Facts are found
    when first asked for; each raises what its probe raised.
    """

    def __init__(
        self,
        configuration: Configuration,
        *,
        environment: Mapping[str, str],
        verify: Callable[[], Verification],
        purpose: Purpose | None = None,
        engine: Path | None = None,
        python: Path | None = None,
        libraries: Sequence[Path] = (),
        root: Path = Path("/"),
        patience: float = PATIENCE,
    ) -> None:
        self.configuration = configuration
        self.environment = environment
        self.verify = verify
        self.purpose = purpose
        self.engine = engine
        self.root = root
        self.patience = patience
        self._named = (python, tuple(libraries))
        self._installation = Shared(self._find_installation)
        self.system: Shared[LoaderSystem] = Shared(self._read_system)
        self.loadings: Shared[Loadings | None] = Shared(self._find_loadings)
        self.driver: Shared[Driver | None] = Shared(
            lambda: find_driver(self.root, self.environment, self.system(), 0.75 * patience)
        )
        self.toolkits: Shared[tuple[Toolkit, ...]] = Shared(self._find_toolkits)
        self.unreadable: LibraryError | None = None
        self.container: Shared[bool] = Shared(lambda: is_container(self.root))

    def below(self, path: str) -> Path:
        """A path of the machine, `/usr/local` say."""
        return self.root / path.lstrip("/")

    @property
    def installation(self) -> Installation | None:
        """The TensorRT-LLM that is meant; None where there is none, or nothing says which."""
        try:
            return self._installation()
        except TrtHeadersError:
            return None

    def require_installation(self) -> Installation | None:
        """As :attr:`installation`, but raises where several are there, or what was named is none."""
        return self._installation()

    def _find_installation(self) -> Installation | None:
        python, libraries = self._named
        try:
            found = find_installation(
                self.configuration.root,
                python=python,
                libraries=libraries,
                configured_python=self.configuration.python,
                configured_libraries=self.configuration.libraries,
                environment=self.environment,
            )
        except InstallationError as error:
            if type(error) is not InstallationError or python or self.configuration.python:
                raise
            return None
        if libraries or self.configuration.libraries:
            return found
        main = sorted(found.linked, key=lambda path: path.name != "libtensorrt_llm.so")
        return replace(found, linked=tuple(main))

    @property
    def version(self) -> str | None:
        """The installed version; None where nothing is, or says it."""
        found = self.installation
        return found.version if found else None

    @property
    def figures(self) -> ReleaseFigures:
        """What the installed release was built for; empty where it is not known."""
        return figures_of(self.version) or _NO_FIGURES

    def _machine(self) -> Machine:
        import platform

        return Machine.AARCH64 if platform.machine() == "aarch64" else Machine.X86_64

    def _read_system(self) -> LoaderSystem:
        return read_system(self._machine(), self.environment, root=self.root, working_folder=self.configuration.root)

    def _find_loadings(self) -> Loadings | None:
        found = self.installation
        try:
            return find_loadings(found, self.system()) if found else None
        except LibraryError as error:
            self.unreadable = error
            return None

    def _find_toolkits(self) -> tuple[Toolkit, ...]:
        site = next(iter(self.package_folders), None)
        return find_toolkits(
            self.root, self.environment, self.configuration.include_directories, site, self.patience / 2
        )

    @property
    def package_folders(self) -> tuple[Path, ...]:
        """The package folder that has TensorRT-LLM, if it is a package."""
        found = self.installation
        return (found.package.parent,) if found and found.package else ()

    @property
    def cuda_major(self) -> int | None:
        """The CUDA major that the libraries are built for, as their DT_NEEDED entries say; None without one."""
        loadings = self.loadings()
        if loadings is None:
            return None
        names = (name for item in loadings.own for name in item.needed)
        return next((major for name in names if (major := cuda_major_of(name)) is not None), None)
