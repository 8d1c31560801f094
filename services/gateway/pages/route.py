"""The pages' routes. A page knows no secret and shows nothing by itself: what it may see, it asks the API for."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask

from services.chassis.decider import NotFound
from services.chassis.http import Id
from services.chassis.ports import Ports
from services.gateway.accounts.snippets import origin_of, snippets_of
from services.gateway.accounts.standing import settings_of
from services.gateway.pages import policy
from services.gateway.pages.built import Built, File, file_of
from services.gateway.pages.icons import DRAWN
from services.gateway.pages.ink import ink_on
from services.gateway.pages.texts import DISMISS
from services.gateway.queries.widget import Installed, anybody_online, installed

CONFIG = b"__LIVECHAT_CONFIG__"
"""Stands in the launcher where it reads what it is to show."""
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
NOT_MODIFIED = 304
LAUNCHERS_KEPT = 4_096
OF_LAUNCHERS = frozenset({"hides_offline", "opens_after_s", "opens_on_phones"})
"""What of a playbook's behaviour its launcher has to know."""
WORN = ("bot_name", "colour", "text_colour", "language")
"""What of a look its launcher draws with, and hands on to the panel; in this order."""
ONLINE = {told: file_of(f"export default {told:d};".encode(), ".js") for told in (False, True)}

router = APIRouter(include_in_schema=False)


@router.get("/")
async def get_root() -> Response:
    """People who type the address want the inbox."""
    return RedirectResponse("/inbox", status_code=307)


@router.get("/widget/{workspace_id}/{playbook_id}.js")
async def get_launcher(request: Request, workspace_id: Id, playbook_id: Id) -> Response:
    """The script that a site loads: it shows the button, and the panel when somebody wants it."""
    found = await _installed(request, workspace_id, playbook_id)
    look = {**found.look, "text_colour": ink_on(found.look["colour"], found.look["text_colour"])}
    side = "start" if look["position"] == "left" else "end"
    worn = [look[name] for name in WORN]
    told = [int(found.takes_visits), worn, side, DRAWN[look["icon"]]]
    # What is beyond the usual is in a launcher of its own: pages of who does not want it pay nothing for it.
    more = {name: value for name, value in found.behaviour.items() if name in OF_LAUNCHERS and value}
    if look["greeting"]:
        more |= {"greeting": look["greeting"], "dismiss": DISMISS[look["language"]]}
    if request.query_params.get("consent") == "wait":
        more["asks_consent"] = True
    if more:
        told.append(more)
    file = _built(request).file("launcher-more.js" if more else "launcher.js")
    # As JSON in ASCII it is a script's literal whatever its texts hold.
    script = _told(file.content, json.dumps(told, separators=(",", ":")))
    answer = _answer(request, script, {**policy.FOR_A_MINUTE, **policy.ANY_SITE})
    ports, site = _ports(request), origin_of(request.headers.get("referer"))
    answer.background = BackgroundTask(
        snippets_of(ports).note, ports, workspace_id, playbook_id, site, found.sites
    )
    return answer


@router.get("/widget/{workspace_id}/{playbook_id}/online.js")
async def get_online(request: Request, workspace_id: Id, playbook_id: Id) -> Response:
    """Whether anybody is online, for a widget that hides while nobody is; strangers learn it of no other one.

    It is a script as the launcher is: a page that lets in the one lets in the other.
    """
    found = await _installed(request, workspace_id, playbook_id)
    if not found.behaviour.get("hides_offline"):
        raise NotFound("playbook")
    told = ONLINE[await anybody_online(_ports(request).reader, workspace_id)]
    return _answer(request, told, {**policy.FOR_A_MOMENT, **policy.ANY_SITE, **policy.ANY_READER})


@router.get("/panel/{workspace_id}/{playbook_id}")
async def get_panel(request: Request, workspace_id: Id, playbook_id: Id) -> Response:
    """The widget's panel, to be framed by the playbook's sites."""
    found = await _installed(request, workspace_id, playbook_id)
    ours = settings_of(_ports(request)).origins
    return _answer(request, _built(request).file("panel.html"), policy.panel(ours, found.sites))


@router.get("/inbox")
@router.get("/inbox/{rest:path}")
async def get_inbox(request: Request) -> Response:
    """The agents' pages; which one, the browser tells by the address."""
    ours = settings_of(_ports(request)).origins
    return _answer(request, _built(request).file("inbox.html"), policy.inbox(ours))


@router.get("/notices.js")
async def get_worker(request: Request) -> Response:
    """The service worker that shows notices while no tab is open."""
    return _answer(request, _built(request).file("notices.js"), {**policy.ASK_AGAIN, **policy.OWN_SITE})


@router.get("/assets/{name}")
async def get_asset(request: Request, name: Name) -> Response:
    """What the pages load; the name tells the content, so that it is kept for ever."""
    file = _built(request).files.get(f"assets/{name}")
    if file is None:
        raise NotFound("file")
    return _answer(request, file, {**policy.FOR_EVER, **policy.OWN_SITE})


@lru_cache(maxsize=LAUNCHERS_KEPT)
def _told(launcher: bytes, told: str) -> File:
    """Every page view of every site asks for it: it is compressed once, until the playbook's look is another."""
    return file_of(launcher.replace(CONFIG, told.encode()), ".js")


def _ports(request: Request) -> Ports:
    ports: Ports = request.app.state.ports
    return ports


async def _installed(request: Request, workspace_id: str, playbook_id: str) -> Installed:
    found = await installed(_ports(request).reader, workspace_id, playbook_id)
    if found is None:
        raise NotFound("playbook")
    return found


def _built(request: Request) -> Built:
    files: Built = _ports(request).own["built"]
    return files


def _answer(request: Request, file: File, headers: Mapping[str, str]) -> Response:
    told = {**headers, "etag": file.etag, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=NOT_MODIFIED, headers=told)
    if file.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            file.compressed, media_type=file.content_type, headers={**told, "content-encoding": "gzip"}
        )
    return Response(file.content, media_type=file.content_type, headers=told)
