"""The commands that run something: services, migrations, the demonstration."""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer
import uvloop

from services import __version__
from services.chassis.migrate import migrate as apply
from services.chassis.observe import configure_logs
from services.chassis.pool import database_urls, verifying
from services.chassis.process import Host
from services.chassis.settings import ProcessSettings, variables
from services.cli import onboarding, operating, parking, playbooks
from services.cli.backup import backup, restore_backup
from services.cli.catalogue import chosen
from services.cli.demo.show import run_demo
from services.cli.doctor import doctor
from services.cli.environment import prepare
from services.cli.infrastructure import InfrastructureSettings, servers
from services.cli.reach import failing_in_words, say
from services.cli.republish import republish
from services.cli.restore import restore
from services.cli.running import announced
from services.cli.site import Site, founded, serving
from services.cli.topics import topics

SITE_HOST = "localhost"
"""Another name than ours, so that browsers treat the site as one of somebody else."""

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(onboarding.workspace, name="workspace")
app.add_typer(onboarding.agent, name="agent")
app.add_typer(playbooks.playbook, name="playbook")
app.add_typer(operating.parked, name="parked")
operating.parked.command("retry")(parking.retry)
operating.parked.command("drop")(parking.drop)
operating.parked.command("dropped")(parking.dropped)
app.command()(operating.rebuild)
app.command()(operating.replay)
app.command()(topics)
app.command()(doctor)
app.command()(backup)
app.command("restore-backup")(restore_backup)
app.command()(restore)
app.command()(republish)

Names = Annotated[list[str] | None, typer.Argument(help="Services to run, or `all`.")]


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"livechat {__version__}")
        raise typer.Exit


@app.callback()
def livechat(
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Live chat: what operators do, and what tries it out."""


@app.command()
def serve(
    names: Names = None,
    host: Annotated[str, typer.Option(envvar="LIVECHAT_HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="LIVECHAT_PORT", help="0 takes a free one.")] = 8080,
    site_port: Annotated[
        int | None,
        typer.Option(
            envvar="LIVECHAT_SITE_PORT", help="Serve a site with the widget there; 0 takes a free one."
        ),
    ] = None,
) -> None:
    """Run services, with the servers they need: existing ones where named, else containers, else local processes."""
    infrastructure = InfrastructureSettings()
    with ExitStack() as stack:
        stack.enter_context(failing_in_words())
        site = None if site_port is None else stack.enter_context(serving(SITE_HOST, site_port))
        found = stack.enter_context(servers(infrastructure, say))
        services = chosen(names or ["all"])
        variables = prepare(
            infrastructure.data, found.kafka, found.postgres, [service.name for service in services]
        )
        os.environ.update(variables)
        os.environ.setdefault("LIVECHAT_ORIGINS", f"http://{host}:{port},http://localhost:{port}")
        settings = ProcessSettings(host=host, port=port)
        configure_logs(level=settings.log_level, readable=settings.log_readable or sys.stderr.isatty())
        announce = stack.enter_context(announced(infrastructure.data, found))
        opened: list[asyncio.Task[None]] = []

        def started(url: str) -> None:
            announce(url)
            say(_welcome(url, [service.name for service in services]))
            if site is not None:
                opened.append(asyncio.get_running_loop().create_task(_open(site, infrastructure.data, url)))

        uvloop.run(Host(services, settings).serve(started))


async def _open(site: Site, data: Path, url: str) -> None:
    """Puts the widget on the site, and says where a first chat begins."""
    try:
        company = await founded(data, site.url)
    except Exception as error:
        say(f"livechat: the demo site has no company: {error}")
        return
    site.snippet = (
        f'<script async src="{url}/widget/{company.workspace_id}/{company.playbook_id}.js"></script>'
    )
    join = f"{url}/inbox/join?workspace={company.workspace_id}#{company.link}"
    inbox = f"{url}/inbox?workspace={company.workspace_id}" if company.link is None else join
    who = "sign in" if company.link is None else "choose your name and password"
    say(f"  1. your inbox, {who}, and go online at the bottom left:  {inbox}")
    say(f"  2. a visitor, on the demo site:  {site.url}")


@app.command()
def demo() -> None:
    """Show visitors and agents at work, by public HTTP and WebSocket alone, and hold the result against the log."""
    with failing_in_words():
        wrong = run_demo(InfrastructureSettings().data, typer.echo)
    for line in wrong:
        say(f"disagreement: {line}")
    raise typer.Exit(1 if wrong else 0)


@app.command()
def migrate(name: Annotated[str, typer.Argument(help="A service.")]) -> None:
    """Apply a service's new migrations as LIVECHAT_<NAME>_OWNER_DATABASE; database and roles must be there."""
    with failing_in_words():
        (service,) = chosen([name])
        urls = database_urls(service.name)
        app_role, worker_role = (_user_of(url) for url in (urls.app, urls.worker))
        owner_url = verifying(_required(variables(), f"LIVECHAT_{service.name.upper()}_OWNER_DATABASE"))
        applied = asyncio.run(apply(owner_url, service.name, app=app_role, worker=worker_role))
    typer.echo("\n".join(applied) or "nothing new")


def _welcome(url: str, names: list[str]) -> str:
    return f"livechat: {', '.join(names)} at {url} (Ctrl-C stops); first steps: README.md, “First chat with curl”"


def _user_of(url: str) -> str:
    return unquote(urlsplit(url).username or "")


def _required(variables: Mapping[str, str], name: str) -> str:
    if not variables.get(name):
        raise LookupError(f"Set {name}.")
    return variables[name]
