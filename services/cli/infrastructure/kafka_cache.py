"""Makes, once for all data folders, what a fast broker start needs: jars, formatted log, class archive."""

import hashlib
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from services.cli.infrastructure import kafka
from services.cli.infrastructure.errors import InfrastructureError
from services.cli.infrastructure.kafka import KafkaRuntime
from services.cli.infrastructure.keeping import Keeping, ServerProcess
from services.cli.infrastructure.locks import hold
from services.cli.infrastructure.ports import kept_ports
from services.cli.infrastructure.readiness import wait_for_kafka
from services.cli.infrastructure.settings import InfrastructureSettings
from services.cli.infrastructure.tools import Java

POM = Path(__file__).with_name("kafka-pom.xml")
FETCH_WITHIN_S = 600.0
FORMAT_WITHIN_S = 60.0
TRAINING_WITHIN_S = 60.0
OTHERS_WORK_WITHIN_S = FETCH_WITHIN_S + FORMAT_WITHIN_S + 2 * TRAINING_WITHIN_S


def has_jars(cache: Path) -> bool:
    """Whether the jars of the present pom are here, so that Maven is not needed."""
    try:
        return (_libs(cache) / POM.name).read_bytes() == POM.read_bytes()
    except OSError:
        return False


def provide_kafka(
    settings: InfrastructureSettings, java: Java, maven: Path | None, say: Callable[[str], None]
) -> KafkaRuntime:
    """What is in the cache, after making what is not."""
    cache = settings.cache
    runtime = _present(cache, java)
    if runtime is not None:
        return runtime
    (cache / "kafka").mkdir(parents=True, exist_ok=True)
    with hold(cache / "kafka", say, wait_s=OTHERS_WORK_WITHIN_S):
        if not has_jars(cache):
            _fetch_jars(cache, maven, say)
        jars = tuple(sorted(_libs(cache).glob("*.jar")))
        bare = KafkaRuntime(java, jars, formatted=_formatted(cache), archive=None)
        if not bare.formatted.exists():
            _format(bare)
        archive = _archive(cache, bare)
        if not archive.exists():
            _train(cache, bare, archive, settings, say)
        return replace(bare, archive=archive if archive.exists() else None)


def _present(cache: Path, java: Java) -> KafkaRuntime | None:
    if not has_jars(cache) or not _formatted(cache).exists():
        return None
    jars = tuple(sorted(_libs(cache).glob("*.jar")))
    runtime = KafkaRuntime(java, jars, formatted=_formatted(cache), archive=None)
    archive = _archive(cache, runtime)
    return replace(runtime, archive=archive) if archive.exists() else None


def _libs(cache: Path) -> Path:
    return cache / "kafka" / "libs"


def _formatted(cache: Path) -> Path:
    # A log formatted by one version lacks the features of the next.
    return cache / "kafka" / f"formatted-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"


def _archive(cache: Path, runtime: KafkaRuntime) -> Path:
    # The JVM accepts an archive only from the same build, with the same jars, unmoved and untouched.
    key = hashlib.sha256(f"{runtime.java.program} {runtime.java.version}".encode())
    for file in (runtime.java.program, *runtime.jars):
        key.update(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}\n".encode())
    return cache / "kafka" / f"classes-{key.hexdigest()[:16]}.jsa"


def _fetch_jars(cache: Path, maven: Path | None, say: Callable[[str], None]) -> None:
    if maven is None:
        raise InfrastructureError(f"The jars in {_libs(cache)} went away during the start; start again.")
    say("fetching the Kafka jars with Maven (once, about 43 MB)")
    fresh = cache / "kafka" / "libs.new"
    shutil.rmtree(fresh, ignore_errors=True)
    command = [str(maven), "-q", "-B", "-C", "-f", str(POM), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={fresh}"]
    _run(command, FETCH_WITHIN_S)
    # The copy of the pom comes last and with the rename: an interrupted fetch is never taken for whole.
    shutil.copyfile(POM, fresh / POM.name)
    shutil.rmtree(_libs(cache), ignore_errors=True)
    fresh.replace(_libs(cache))


def _format(runtime: KafkaRuntime) -> None:
    work = runtime.formatted.with_suffix(".new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    properties = work / "server.properties"
    properties.write_text(kafka.node_properties(work / "log", 9092, 9093))
    arguments = ["format", "-t", kafka.new_id(), "-c", str(properties)]
    _run(runtime.argv(["-XX:TieredStopAtLevel=1"], "kafka.tools.StorageTool", *arguments), FORMAT_WITHIN_S)
    (work / "log").replace(runtime.formatted)
    shutil.rmtree(work)


def _train(
    cache: Path,
    runtime: KafkaRuntime,
    archive: Path,
    settings: InfrastructureSettings,
    say: Callable[[str], None],
) -> None:
    """Run a broker once so that the JVM writes down the classes it loads."""
    say("making the class archive for fast Kafka starts (once, about 10 s)")
    for outdated in archive.parent.glob("classes-*.jsa"):
        outdated.unlink()
    work = cache / "kafka" / "training"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    ports = kept_ports(work, ("kafka", "controller"))
    properties = kafka.prepare_node(work / "kafka", runtime.formatted, ports["kafka"], ports["controller"])
    flags = [*kafka.start_flags(settings), f"-XX:ArchiveClassesAtExit={archive}.new"]
    log = work / "logs" / "kafka.log"
    argv = runtime.argv(flags, "kafka.Kafka", str(properties))
    keeping = Keeping(work)
    try:
        # The archive is written while the JVM stops.
        keeping.start(ServerProcess(kafka.NAME, argv, log, signal.SIGTERM, TRAINING_WITHIN_S))
        wait_for_kafka(
            f"127.0.0.1:{ports['kafka']}",
            TRAINING_WITHIN_S,
            lambda: keeping.check_running(kafka.NAME),
            log,
        )
    finally:
        keeping.close()
    fresh = Path(f"{archive}.new")
    if fresh.exists():
        fresh.replace(archive)
        shutil.rmtree(work)
    else:
        say(f"the JVM wrote no class archive (see {log}); Kafka will start more slowly")


def _run(command: list[str], within_s: float) -> None:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=within_s,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise InfrastructureError(f"{command[0]} did not finish within {within_s:g} s") from None
    if done.returncode != 0:
        raise InfrastructureError(f"{' '.join(command)} failed:\n{done.stdout[-4000:].strip()}")
