"""Finds Java, Maven and PostgreSQL on this machine, and has the missing ones installed."""

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.cli.infrastructure.errors import InfrastructureError
from services.cli.infrastructure.installing import JAVA, MAVEN, POSTGRES, Package, install

JAVA_MAJOR_MIN = 17
POSTGRES_MAJOR_MIN = 15


def _run(argv: Sequence[str]) -> str | None:
    """Both output streams of a command, None when it cannot run or fails."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


@dataclass(frozen=True)
class Machine:
    """How to look at and run things on this machine; tests give another one."""

    which: Callable[[str], str | None] = shutil.which
    matching: Callable[[str], list[str]] = glob.glob
    run: Callable[[Sequence[str]], str | None] = _run
    is_root: bool = os.geteuid() == 0


@dataclass(frozen=True)
class Java:
    """A Java that can run the broker."""

    program: Path
    version: str


@dataclass(frozen=True)
class PostgresBinaries:
    """The folder with initdb and postgres."""

    folder: Path
    version: str


@dataclass(frozen=True)
class Tools:
    """Everything a local start runs; Maven only where jars have to be fetched."""

    java: Java
    maven: Path | None
    postgres: PostgresBinaries


def provide(
    machine: Machine, say: Callable[[str], None], needs_maven: bool, postgres_major: int | None = None
) -> Tools:
    """Find the tools, installing what is missing; `postgres_major` is what existing data was written by."""
    found = _find(machine, needs_maven, postgres_major)
    if not isinstance(found, Tools):
        install(machine.which, machine.run, machine.is_root, found, say)
        found = _find(machine, needs_maven, postgres_major)
    if not isinstance(found, Tools):
        names = " and ".join(package.needed for package in found)
        raise InfrastructureError(f"{names}: still not found after the installation")
    return found


def _find(machine: Machine, needs_maven: bool, postgres_major: int | None) -> Tools | list[Package]:
    """The tools, or what has to be installed first."""
    java = find_java(machine)
    maven = machine.which("mvn") if needs_maven else None
    postgres = find_postgres(machine, postgres_major)
    missing = [] if java else [JAVA]
    if needs_maven and maven is None:
        missing.append(MAVEN)
    if postgres is None:
        missing.append(POSTGRES)
    if java is None or postgres is None or missing:
        return missing
    return Tools(java, Path(maven) if maven else None, postgres)


def find_java(machine: Machine) -> Java | None:
    """The first Java that is new enough: JAVA_HOME, PATH, then Debian's folder."""
    candidates = [machine.which("java"), *sorted(machine.matching("/usr/lib/jvm/*/bin/java"), reverse=True)]
    home = os.environ.get("JAVA_HOME")
    if home and machine.matching(f"{home}/bin/java"):
        candidates.insert(0, f"{home}/bin/java")
    for candidate in candidates:
        if candidate is None:
            continue
        program = Path(candidate).resolve()
        version = _java_version(program, machine)
        if version and _major(version) >= JAVA_MAJOR_MIN:
            return Java(program, version)
    return None


def find_postgres(machine: Machine, major: int | None = None) -> PostgresBinaries | None:
    """The first PostgreSQL that is new enough and, where data exists, of the data's major version."""
    found: list[PostgresBinaries] = []
    for folder in _postgres_folders(machine):
        answer = machine.run([str(folder / "postgres"), "--version"])
        version = re.search(r"\d+(\.\d+)*", answer or "")
        if version and machine.which(str(folder / "initdb")):
            binaries = PostgresBinaries(folder, version.group())
            if major is None and _major(binaries.version) >= POSTGRES_MAJOR_MIN:
                return binaries
            if major is not None and _major(binaries.version) == major:
                return binaries
            found.append(binaries)
    if found and major is not None:
        versions = ", ".join(binaries.version for binaries in found)
        raise InfrastructureError(
            f"The data folder was written by PostgreSQL {major}, but only {versions} is installed. "
            f"Install PostgreSQL {major}, or set LIVECHAT_DATA to a new folder."
        )
    return None


def _postgres_folders(machine: Machine) -> list[Path]:
    folders: list[str] = []
    if machine.which("pg_config"):
        folders.append((machine.run(["pg_config", "--bindir"]) or "").strip())
    debian = machine.matching("/usr/lib/postgresql/*/bin")
    folders += sorted(debian, key=lambda folder: _major(Path(folder).parent.name), reverse=True)
    on_path = machine.which("postgres")
    if on_path:
        folders.append(str(Path(on_path).resolve().parent))
    return [Path(folder) for folder in dict.fromkeys(folders) if folder]


def _java_version(program: Path, machine: Machine) -> str | None:
    # The release file saves the start of a JVM; not every runtime has it.
    try:
        text: str | None = (program.parent.parent / "release").read_text()
        pattern = r'JAVA_VERSION="([^"]+)"'
    except OSError:
        text, pattern = machine.run([str(program), "-version"]), r'version "([^"]+)"'
    match = re.search(pattern, text or "")
    return match.group(1) if match else None


def _major(version: str) -> int:
    digits = re.match(r"\d+", version)
    return int(digits.group()) if digits else 0
