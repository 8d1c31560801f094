"""What the log does not hold comes back in a new installation, from its backup: ways in, devices, files, secrets.

The log comes first, as PostgreSQL's own means bring it back. What it has ended since the backup stays ended.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner

from contracts.ids import derived_id, stream
from services.chassis.execution import execute, state_of
from services.chassis.ports import Ports
from services.chassis.wiring import store_ports
from services.cli.application import app
from services.cli.catalogue import SERVICES
from services.cli.infrastructure import Servers
from services.gateway.accounts.passwords import PASSWORD
from services.gateway.accounts.sessions import live_session
from services.gateway.accounts.sign_in import BadSignIn, sign_in
from services.gateway.accounts.standing import from_here
from services.gateway.accounts.team import remove_agent
from services.gateway.commands import DropFile, ReceiveFile
from services.gateway.decider import file
from services.gateway.invitations import create_workspace, invite_agent, redeem
from services.gateway.outbound import FileStore, Missing, place_of
from services.notifier.commands import AllowDevice, RemoveDevice
from services.notifier.decider import device
from services.notifier.outbound import Subscription, subscriptions
from tests.conftest import DATA
from tests.e2e.system import System
from tests.integration.databases import (
    bring_back_the_log,
    credentials_in,
    dropped_in,
    every_table_is_known,
    give_up,
)
from tests.integration.s3_server import s3_server

pytestmark = pytest.mark.real

ANA, BEA, PASSPHRASE = "ana@example.com", "bea@example.com", "three grey herons"
KEY = "a key of the integration test, long enough"
CONTENT = b"%PDF-1.7 " + bytes(200_000)
ADDRESS = "192.0.2.7"

T = TypeVar("T")


@dataclass
class Company:
    """What was made before the backup, and what became of some of it afterwards."""

    workspace_id: str
    ana: str
    bea: str
    session: str
    files: dict[str, bytes]
    devices: dict[str, str]


@pytest.fixture
def installed(
    infrastructure: Servers, tmp_path: Path, unique: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., System]:
    """Makes installations, each of which the command line then knows."""

    told: set[str] = set()

    def install(name: str, **more: str) -> System:
        for variable in told:  # What is set already would win.
            monkeypatch.delenv(variable)
        made = System(infrastructure, tmp_path / name, f"{unique}{name}_")
        variables = {**made.variables, "LIVECHAT_BACKUP_KEY": KEY, **more}
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        told.update(variables)
        return made

    return install


def in_gateway(work: Callable[[Ports], Awaitable[T]]) -> T:
    return _within("gateway", work)


def in_notifier(work: Callable[[Ports], Awaitable[T]]) -> T:
    return _within("notifier", work)


def _within(service: str, work: Callable[[Ports], Awaitable[T]]) -> T:
    async def run() -> T:
        async with store_ports(SERVICES[service]) as ports:
            return await work(ports)

    return asyncio.run(run())


def livechat(*arguments: object, status: int = 0) -> str:
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == status, done.output
    return done.output


async def founded(ports: Ports) -> Company:
    made = await create_workspace(ports, "Acme", ANA)
    ana = await redeem(ports, made.link, "Ana", PASSPHRASE, "correlation")
    invited = await invite_agent(ports, made.workspace_id, BEA, "agent", made.agent_id)
    await redeem(ports, invited.link, "Bea", PASSPHRASE, "correlation")
    company = Company(made.workspace_id, made.agent_id, invited.agent_id, ana.secret, {}, {})
    for name in ("kept", "dropped"):
        company.files[derived_id("file", name)] = CONTENT + name.encode()
    for file_id, content in company.files.items():
        command = ReceiveFile(
            file_id=file_id,
            conversation_id=derived_id("conversation"),
            visit_id=derived_id("visit"),
            visitor_id=derived_id("visitor"),
            uploader="agent",
            name="a.pdf",
            content_type="application/pdf",
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            at=ports.clock.now(),
        )
        meant = from_here(ports, made.workspace_id)
        await execute(ports, file.DECIDER, stream("file", file_id), command, meant)
        await files_of(ports).keep(place_of(made.workspace_id, file_id), BytesIO(content))
    return company


def files_of(ports: Ports) -> FileStore:
    store: FileStore = ports.own["files"]
    return store


async def allow(ports: Ports, company: Company, name: str, agent_id: str) -> None:
    """A device of this agent, at the endpoint that is called so."""
    endpoint = f"https://push.example/{name}"
    device_id = company.devices[name] = subscriptions.device_of(company.workspace_id, endpoint)
    given, now = Subscription(endpoint, "p256dh", "auth"), ports.clock.now()
    await subscriptions.keep(ports.credentials, company.workspace_id, device_id, agent_id, given, now)
    command, meant = AllowDevice(device_id, agent_id, name, now), from_here(ports, company.workspace_id)
    await execute(ports, device.DECIDER, stream("device", device_id), command, meant)


def go_on(company: Company) -> None:
    """What happens after the backup: an agent, a file and a device go."""

    async def gateway(ports: Ports) -> None:
        workspace_id, dropped = company.workspace_id, derived_id("file", "dropped")
        await remove_agent(ports, workspace_id, company.bea, None, from_here(ports, workspace_id))
        meant, command = from_here(ports, workspace_id), DropFile(ports.clock.now())
        await execute(ports, file.DECIDER, stream("file", dropped), command, meant)

    async def notifier(ports: Ports) -> None:
        command, device_id = RemoveDevice(company.ana, ports.clock.now()), company.devices["old"]
        meant = from_here(ports, company.workspace_id)
        await execute(ports, device.DECIDER, stream("device", device_id), command, meant)

    in_gateway(gateway)
    in_notifier(notifier)


async def ways_in(ports: Ports, company: Company) -> None:
    """Ana signs in; nobody else does, and no session of before counts."""
    new = await sign_in(ports, company.workspace_id, ANA, PASSPHRASE, ADDRESS, "a browser")
    assert new.credential.subject == company.ana
    with pytest.raises(BadSignIn):
        await sign_in(ports, company.workspace_id, BEA, PASSPHRASE, ADDRESS, "a browser")
    assert await ports.credentials.of(PASSWORD, company.workspace_id, company.bea, ports.clock.now()) == []
    assert await live_session(ports, company.session) is None


async def files_are_back(ports: Ports, company: Company) -> None:
    kept, dropped = company.files
    known = await state_of(ports, file.DECIDER, company.workspace_id, stream("file", kept))
    chunks = await files_of(ports).read(place_of(company.workspace_id, kept))
    content = b"".join([chunk async for chunk in chunks])
    assert (content, known.sha256) == (company.files[kept], hashlib.sha256(content).hexdigest())
    with pytest.raises(Missing):
        await files_of(ports).read(place_of(company.workspace_id, dropped))


async def devices_of_ana(ports: Ports, company: Company) -> set[str]:
    asked = [(device_id, company.ana) for device_id in company.devices.values()]
    found = await subscriptions.find_all(ports.credentials, asked, ports.clock.now())
    return {one.endpoint.rpartition("/")[2] for one in found.values()}


def test_a_new_installation_gets_back_what_the_log_does_not_hold(
    installed: Callable[..., System], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups, secrets, objects = (tmp_path / name for name in ("backups", "secrets", "objects"))
    backups.mkdir()
    objects.mkdir()
    system = installed("old")
    company = in_gateway(founded)
    for name in ("phone", "old"):
        in_notifier(lambda ports, name=name: allow(ports, company, name, company.ana))  # type: ignore[misc]
    give_up(system)
    nothing_is_backed_up_of_another_store(backups, tmp_path / "empty", monkeypatch)
    livechat("backup", backups, "--keep", "1")
    [backup] = backups.iterdir()
    go_on(company)

    with s3_server(DATA, objects) as server:
        new = installed(
            "new",
            LIVECHAT_GATEWAY_FILES="s3://livechat/restored",
            LIVECHAT_GATEWAY_FILES_ENDPOINT=server.endpoint,
            LIVECHAT_GATEWAY_FILES_KEY_ID=server.key_id,
            LIVECHAT_GATEWAY_FILES_SECRET=server.secret,
        )
        refused = livechat("restore-backup", backup, status=1)
        assert "LIVECHAT_GATEWAY_EMAIL_SECRET is another one" in refused
        assert credentials_in(new) == 0
        livechat("restore-backup", backup, "--only", "secrets", "--secrets", secrets)
        monkeypatch.setenv("LIVECHAT_SECRETS", str(secrets))
        early = livechat("restore-backup", backup, status=1)
        assert "The log of notifier, gateway is empty" in early
        assert credentials_in(new) == 0
        bring_back_the_log(system, new)

        told = livechat("restore-backup", backup, "--only", "files", "--only", "rows")

        for left in (f"agent {company.bea} was removed", "was dropped", f"a device of agent {company.ana}"):
            assert left in told
        in_gateway(lambda ports: ways_in(ports, company))
        in_gateway(lambda ports: files_are_back(ports, company))
        assert in_notifier(lambda ports: devices_of_ana(ports, company)) == {"phone"}
        assert dropped_in(new) == [(-1, "spam")]

        with monkeypatch.context() as patch:
            patch.setenv("LIVECHAT_GATEWAY_FILES", f"{backup.as_uri()}/no-folder")
            begun = livechat("restore-backup", backup, "--only", "files", status=2)
        assert begun.endswith("It was begun and not finished: repeat it.\n")
        full = livechat("restore-backup", backup, "--only", "rows", status=1)
        assert "--replace" in full
        kept = credentials_in(new)
        (tmp_path / "cut").write_bytes(backup.read_bytes()[:-1])
        livechat("restore-backup", tmp_path / "cut", "--replace", status=1)
        assert credentials_in(new) == kept
        livechat("restore-backup", backup, "--only", "rows", "--replace")
        in_gateway(lambda ports: ways_in(ports, company))
        assert dropped_in(new) == [(-1, "spam")]
    every_table_is_known(new)


def nothing_is_backed_up_of_another_store(
    backups: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log tells of files: a folder without any, or none at all, is not where they are."""
    with monkeypatch.context() as patch:
        patch.setenv("LIVECHAT_GATEWAY_FILES", empty.as_uri())
        assert f"{empty}, which LIVECHAT_GATEWAY_FILES names, is not there" in livechat(
            "backup", backups, status=1
        )
        empty.mkdir()
        assert "the store that LIVECHAT_GATEWAY_FILES names holds none" in livechat(
            "backup", backups, status=1
        )
    assert [*backups.iterdir()] == []
