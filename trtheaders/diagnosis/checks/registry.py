"""All checks, in the order in which they are told: package, headers, libraries, driver, GPUs, build, engine.

The order never depends on the answers, so that two runs can be compared line by line.
"""

from __future__ import annotations

from trtheaders.diagnosis.checks import (
    build_folders,
    compiler,
    cuda_headers,
    cuda_toolkit,
    driver,
    engine,
    gpus,
    headers,
    installed,
    library_copies,
    library_symbols,
    mig,
    mpi,
    nccl,
    needed_libraries,
    other_installations,
    package_metadata,
    peer_access,
    python_version,
    pytorch,
    symbol_versions,
    tensorrt,
)
from trtheaders.diagnosis.row import SetupCheck

CHECKS: tuple[SetupCheck, ...] = (
    installed.CHECK,
    other_installations.CHECK,
    package_metadata.CHECK,
    python_version.CHECK,
    library_copies.CHECK,
    headers.CHECK,
    needed_libraries.CHECK,
    symbol_versions.CHECK,
    library_symbols.CHECK,
    pytorch.CHECK,
    tensorrt.CHECK,
    nccl.CHECK,
    mpi.CHECK,
    driver.CHECK,
    gpus.CHECK,
    mig.CHECK,
    peer_access.CHECK,
    cuda_toolkit.CHECK,
    cuda_headers.CHECK,
    compiler.CHECK,
    build_folders.CHECK,
    *engine.CHECKS,
)
