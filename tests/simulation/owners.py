"""What a company's owner does meanwhile: the playbook changes under visitors' feet, and so does the team."""

import asyncio
from functools import wraps
from inspect import signature
from random import Random
from typing import Any

from contracts.behaviour import Behaviour
from contracts.look import Look
from contracts.privacy import Privacy
from contracts.unfinished import UNFINISHED_AFTER_S_MIN
from services.chassis.http import Ask
from services.chassis.tokens import Caller
from services.conversation.api import conversations as conversation
from services.gateway.api import account, hours, team
from services.playbook.api import drafts, installed, playbooks, unfinished
from tests.simulation.flows import flow
from tests.simulation.loop import pass_time
from tests.simulation.signed import end_key, make_key
from tests.simulation.world import Call, Company, World

HOURS = (
    None,
    {"time_zone": "Asia/Kolkata", "week": {}},
    {"time_zone": "UTC", "week": {"sunday": [{"opens": "00:00", "closes": "24:00"}]}},
)
"""The team is there at any time, never, and on Sundays."""
WAITS_S = (5, 8, 13, 20)
DEEDS_MAX = 3


def edited(endpoint: Any, version: int | None = None) -> Any:
    """The route, for an edit that was made on this version, or on whichever there is."""

    @wraps(endpoint)
    async def edit(ask: Ask, **about: Any) -> Any:
        made = {"by": ask.caller.id, "at": ask.now, "version": version}
        return await endpoint(ask=ask, made=made, **about)

    return edit


class Owner:
    """The first owner of a company, and what they know of its playbook."""

    def __init__(self, world: World, company: Company) -> None:
        self.world, self.company = world, company
        self.rng = Random(world.rng.random())

    async def send(self, service: str, endpoint: Any, **about: Any) -> Call:
        """A command of the owner."""
        return await self.world.send(service, endpoint, self.company.owner, **about)

    async def edit(self, endpoint: Any, **about: Any) -> Call:
        """A command about the playbook; whatever version of it there is, where nothing else is said."""
        if "made" in signature(endpoint).parameters and not hasattr(endpoint, "__wrapped__"):
            endpoint = edited(endpoint)
        return await self.send("playbook", endpoint, playbook_id=self.company.playbook_id, **about)

    async def publish(self, greeting: str) -> None:
        """Another flow, for visits from now on."""
        body = drafts.FlowBody(flow=flow(self.rng.choice(WAITS_S), greeting))
        await self.edit(edited(drafts.edit_flow), body=body)
        await self.edit(playbooks.publish_playbook, body=playbooks.PublishBody())

    async def make_leads_of_unfinished_chats(self) -> None:
        """Mostly, and as soon as can be."""
        if self.rng.random() < 0.7:
            body = unfinished.UnfinishedBody(after_s=UNFINISHED_AFTER_S_MIN)
            await self.edit(unfinished.set_unfinished_chats, body=body)

    async def ask_for_consent(self) -> None:
        """Sometimes, before a visitor gives any detail."""
        if self.rng.random() < 0.4:
            behaviour = Behaviour(privacy=Privacy(text="We keep what you tell us for a year.", asks=True))
            await self.edit(installed.change_behaviour, body=installed.BehaviourBody(behaviour=behaviour))

    async def live(self) -> None:
        """The playbook's and the team's part of the day."""
        await asyncio.gather(self._change_the_playbook(), self._change_the_team())

    async def _change_the_playbook(self) -> None:
        deeds = (
            self._republish,
            self._republish,
            self._pause,
            self._rename,
            self._undo,
            self._decorate,
            self._roll_back,
            self._blunder,
            self._blunder,
            self._put_away,
        )
        for deed in self.rng.sample(deeds, self.rng.randint(0, DEEDS_MAX)):
            await pass_time(self.rng.uniform(1, 8))
            await deed()

    async def _republish(self) -> None:
        await self.publish(f"Welcome back {self.world.host.number()}")

    async def _pause(self) -> None:
        await self.edit(playbooks.deactivate_playbook)
        await pass_time(self.rng.uniform(0, 3))
        await self.edit(playbooks.activate_playbook)

    async def _rename(self) -> None:
        await self.edit(playbooks.rename_playbook, body=playbooks.NameBody(name="Summer"))

    async def _undo(self) -> None:
        """Back and forth, further than there is anything to put back."""
        await self.edit(drafts.redo_edit)
        for _ in range(self.rng.randint(1, 3)):
            await self.edit(drafts.undo_edit)
        await self.edit(drafts.redo_edit)
        await self.edit(playbooks.publish_playbook, body=playbooks.PublishBody())

    async def _decorate(self) -> None:
        look = Look(greeting=f"Hello {self.world.host.number()}")
        await self.edit(playbooks.change_look, body=playbooks.LookBody(look=look))
        behaviour = Behaviour(
            hides_offline=self.rng.random() < 0.5, opens_after_s=1 + self.world.host.number() % 600
        )
        await self.edit(installed.change_behaviour, body=installed.BehaviourBody(behaviour=behaviour))
        await self._choose_by_page()

    async def _choose_by_page(self) -> None:
        """Another playbook for some visits, once it takes any."""
        made = await self.send("playbook", playbooks.create_playbook, body=_body("By the page"))
        rule = {"when": [{"of": "locale", "locales": ["en"]}], "playbook_id": made.told.ids["playbook_id"]}
        body = installed.PageRulesBody.model_validate({"rules": [rule]})
        await self.edit(installed.set_page_rules, body=body)

    async def _roll_back(self) -> None:
        await self._republish()
        body = playbooks.RollBackBody(published=self.rng.choice((1, 1, 1, 77)))
        await self.edit(playbooks.roll_back_playbook, body=body)

    async def _blunder(self) -> None:
        """An edit on an old version, a card in use taken out, one that leads nowhere, an end that nothing leads to."""
        blunder = self.rng.randrange(4)
        card = {"kind": "message", "text": "Hm.", "next": "nowhere" if blunder == 2 else "goodbye"}
        if blunder == 0:
            body = drafts.FlowBody(flow=flow(8, "Too late"))
            await self.edit(edited(drafts.edit_flow, 1), body=body)
        elif blunder == 1:
            await self.edit(edited(drafts.delete_card), card_id="goodbye")
        else:
            put: Any = drafts.CardBody.model_validate({"card": card})
            await self.edit(edited(drafts.put_card), card_id="hm", body=put)
            if blunder == 3:  # Nothing leads to it.
                await self.edit(playbooks.publish_playbook, body=playbooks.PublishBody())

    async def _put_away(self) -> None:
        """A second playbook is made and put away for good; seldom it is the one in use."""
        playbook_id = self.company.playbook_id
        if self.rng.random() < 0.8:
            made = await self.send("playbook", playbooks.create_playbook, body=_body("Second thoughts"))
            playbook_id = made.told.ids["playbook_id"]
        archive, rename = edited(playbooks.archive_playbook), edited(playbooks.rename_playbook)
        await self.send("playbook", archive, playbook_id=playbook_id)
        if self.rng.random() < 0.5:
            body = playbooks.NameBody(name="Third thoughts")
            await self.send("playbook", rename, playbook_id=playbook_id, body=body)

    async def _change_the_team(self) -> None:
        deeds = (
            self._invite_again,
            self._promote,
            self._resign,
            self._rename_somebody,
            self._choose_a_language,
            self._make_a_reset_link,
            self._sign_out,
            self._remove,
            self._remove,
            self._change_keys,
            self._set_hours,
        )
        for deed in self.rng.sample(deeds, self.rng.choice((0, 1, 1, 2))):
            await pass_time(self.rng.uniform(3, 14))
            await deed()

    async def _invite_again(self) -> None:
        body = team.InviteBody(email=self.company.emails[-1], role="agent")
        await self.send("gateway", team.post_invitation, body=body)

    async def _promote(self) -> None:
        """A second owner, mostly not for long."""
        agent = self._other()
        await self._make(agent, "owner")
        await pass_time(self.rng.uniform(0, 4))
        if self.rng.random() < 0.8:
            await self._make(agent, self.rng.choice(("agent", "editor")))

    async def _make(self, agent: Caller, role: Any) -> None:
        await self.send("gateway", team.post_role, agent_id=agent.id, body=team.RoleBody(role=role))

    async def _resign(self) -> None:
        """Not without another owner."""
        await self._make(self.company.owner, "agent")

    async def _rename_somebody(self) -> None:
        agent = self.rng.choice(self.company.agents)
        body = account.NameBody(name=f"Robin {self.world.host.number()}")
        await self.world.send("gateway", account.rename, agent, body=body)

    async def _choose_a_language(self) -> None:
        body = account.LanguageBody(language=self.rng.choice(("en", "pt-BR")))
        await self.world.send(
            "gateway", account.choose_language, self.rng.choice(self.company.agents), body=body
        )

    async def _make_a_reset_link(self) -> None:
        await self.send("gateway", team.post_reset_link, agent_id=self.rng.choice(self.company.agents).id)

    async def _sign_out(self) -> None:
        await self.world.send("gateway", account.sign_out_everywhere, self.rng.choice(self.company.agents))

    async def _change_keys(self) -> None:
        """One key after the other, more than count at once; the oldest is ended."""
        for _ in range(self.rng.randint(1, 3)):
            await make_key(self.world, self.company)
        await end_key(self.world, self.company)

    async def _set_hours(self) -> None:
        """Twice, and the second time as if nobody had set any yet."""
        for revision in (None, 0):
            await self._keep_hours(self.rng.choice(HOURS), revision)

    async def work_late(self) -> None:
        """Some companies begin with hours in which nobody is there."""
        if self.rng.random() < 0.4:
            await self._keep_hours(HOURS[1], None)

    async def _keep_hours(self, told: object, revision: int | None) -> None:
        body = hours.HoursBody.model_validate({"hours": told, "expected_revision": revision})
        await self.send("gateway", hours.set_hours, body=body)

    async def _remove(self) -> None:
        """Somebody has to go, and at the same moment somebody else gives them a conversation."""
        agent = self._other()
        removing = self.send("gateway", team.post_removal, agent_id=agent.id)
        await asyncio.gather(removing, *(self._give(agent, chat) for chat in self._open_chats()))

    async def _give(self, agent: Caller, chat: str) -> None:
        body = conversation.AssignBody(agent_id=agent.id, expected_holder=None)
        await pass_time(self.rng.choice((0.0, 0.0, 0.2)))
        await self.send("conversation", conversation.assign, conversation_id=chat, body=body)

    def _open_chats(self) -> list[str]:
        """One at most of those that wait, as the owner's screen lists them."""
        rows = next(screen.rows for screen in self.world.screens if screen.caller.id == self.company.owner.id)
        waiting = [key.partition("-")[2] for key, told in rows.items() if told[1] == "unassigned"]
        return waiting[:1]

    def _other(self) -> Caller:
        """One of the others; whoever holds a conversation first."""
        others = self.company.agents[1:]
        rows = next(screen.rows for screen in self.world.screens if screen.caller.id == self.company.owner.id)
        busy = [agent for agent in others if any(told[1] == agent.id for told in rows.values())]
        return self.rng.choice(busy or others)


def _body(name: str) -> playbooks.CreateBody:
    return playbooks.CreateBody(name=name, wait_time_s=60)
