"""The people of a run. They act on what their screens show, and do what people do: all at once, twice, and too late."""

import asyncio
from typing import Any

from contracts.ids import derived_id, id_of, stream
from services.chassis.tokens import Caller
from services.conversation.api import conversations as conversation
from services.playbook.api import visits
from services.presence import api as presence
from tests.simulation import desk
from tests.simulation.loop import pass_time
from tests.simulation.people import Employee, Person
from tests.simulation.world import Company, World

COMMANDS_MIN, ACTS_MAX = 40, 40
ANSWERS = {
    "name": "Vi",
    "first_name": "Vi",
    "email": "vi@example.com",
    "company": "Acme",
    "topic": "Prices",
}


class Visitor(Person):
    """Opens the panel, answers the bot, asks for a person, talks, and goes."""

    async def live(self) -> None:
        """One visit from its beginning to its end."""
        self.visit_id = str(self.caller.visit_id)
        await self.wait(0, 12)
        body = visits.StartBody(pages=["https://www.example.com/"])
        if not (await self.send("playbook", visits.start_visit, visit_id=self.visit_id, body=body)).told:
            return
        self.screen.open()
        for _ in range(self.rng.randint(4, 7)):
            await self.wait(0.05, 2.5 if self.rng.random() < 0.8 else 9)
            await self._act()
        if self.rng.random() < 0.3:
            self.screen.close()
            if self.rng.random() < 0.3:  # Thought better of it.
                await self.wait(13, 18)
                self.screen.open()

    async def _act(self) -> None:
        card, chat = self._waiting(), self._conversation()
        luck = self.rng.random()
        if luck < 0.06:
            self.screen.close()
            await self.wait(0.2, 5 if luck < 0.04 else 17)
            self.screen.open()
        elif luck < 0.1:
            url = f"https://www.example.com/{self.world.host.number()}"
            await self.send(
                "playbook", visits.view_page, visit_id=self.visit_id, body=visits.PageBody(url=url)
            )
        elif card is not None and luck < 0.8:
            await self._answer(card)
        elif chat is not None:
            deeds = (greet, desk.attach, desk.read)
            (deed,) = self.rng.choices(deeds, (12, 2, 2))
            await deed(self, chat)

    async def say(self, chat: str, text: str) -> None:
        """A message."""
        body = conversation.MessageBody(text=text)
        await self.send(
            "conversation", conversation.post_message, conversation_id=chat, body=body, request=None
        )

    async def react(self, chat: str, text: str) -> None:
        """An answer to the bot where it waits for one, else a message."""
        card = self._waiting()
        await (self.say(chat, text) if card is None else self._answer(card))

    async def _answer(self, card: dict[str, Any]) -> None:
        about: dict[str, Any] = {"visit_id": self.visit_id}
        if card["kind"] == "question" and self.rng.random() < 0.98:
            chances = {"chat": 5, "name": 4, "browse": 1, "yes": 3, "no": 2, "again": 2, "none": 1}
            offered = [option["choice_id"] for option in card["options"]]
            choices = [*offered, *(["none"] if self.rng.random() < 0.15 else [])]
            (choice,) = self.rng.choices(choices, [chances[name] for name in choices])
            body: Any = visits.AnswerBody(card_id=card["card_id"], choice_id=choice)
            await self.send("playbook", visits.give_answer, **about, body=body)
        else:
            value = ANSWERS.get(card.get("field", ""), "Prices") if self.rng.random() < 0.85 else "?"
            body = visits.DetailBody(card_id=card["card_id"], value=value)
            call = await self.send("playbook", visits.give_detail, **about, body=body)
            if call.refused is not None and call.refused.code == "consent_needed":
                await self.send("playbook", visits.give_consent, **about)
                await self.send("playbook", visits.give_detail, **about, body=body)

    def _shown(self) -> list[dict[str, Any]]:
        return [event for event in self.screen.streams.get(stream("visit", self.visit_id), ()) if event]

    def _waiting(self) -> dict[str, Any] | None:
        card = None
        for event in self._shown():
            if event["type"] == "playbook.card_shown.v1":
                card = event if event["kind"] in ("question", "capture") else None
            elif event["type"] in ("playbook.answer_given.v1", "playbook.detail_captured.v1"):
                card = None
        return card

    def _conversation(self) -> str | None:
        asked = [
            event["conversation_id"]
            for event in self._shown()
            if event["type"] == "playbook.live_chat_requested.v1"
        ]
        return asked[-1] if asked else None


async def greet(visitor: Visitor, chat: str) -> None:
    """Something to say."""
    await visitor.say(chat, f"Hello? {visitor.world.host.number()}")


class Agent(Employee):
    """Goes online, takes what comes, talks, hands over, closes, goes off, or is cut off."""

    async def live(self) -> None:
        """A short day."""
        self.screen.open()
        for number in range(self.rng.choice((0, 0, 1, 1))):
            await desk.allow_device(self, number)
        await self.wait(0, 3)
        if self.rng.random() < 0.93:
            await self.go_online()
        for number in range(ACTS_MAX):
            if number > self.rng.randint(6, 9) and len(self.world.calls) >= COMMANDS_MIN:
                break
            await self.wait(0.02, 3.0)
            if self.screen.is_over:
                return
            await self._act()
        if self.rng.random() < 0.35:
            await desk.tidy_up(self)
        if self.rng.random() < 0.4:
            self.screen.close()

    async def go_online(self) -> None:
        """The switch."""
        body = presence.OnlineBody(tab=f"tab-{self.caller.id[:8]}")
        await self.send("presence", presence.go_online, body=body)

    async def _act(self) -> None:
        luck, unassigned, mine = self.rng.random(), self._in("unassigned"), self._in(self.caller.id)
        if luck < 0.04:
            await self.send("presence", presence.go_offline)
            await self.wait(0, 5)
            await self.go_online()
        elif luck < 0.06:
            self.screen.close()
            await self.wait(1, 40)
            self.screen.open()
            await self.go_online()
        elif luck < 0.08:
            await self._trespass()
        elif luck < 0.11:
            await desk.change_devices(self)
        elif luck < 0.15:
            await desk.keep_replies(self)
        elif luck < 0.17:
            await desk.choose_notices(self)
        elif luck < 0.2:
            await desk.keep_views(self)
        elif unassigned and luck < 0.65:
            chat = self.rng.choice(unassigned)
            await (self._take(chat) if luck < 0.57 else desk.keep_out(self, chat))
        elif mine:
            await self._work_on(self.rng.choice(mine), luck)
        elif closed := self._in("closed"):
            await self._after_the_end(self.rng.choice(closed))
        elif others := self._in(*(agent.id for agent in self.company.agents)):
            await self._meddle(self.rng.choice(others))

    def _in(self, *folders: str) -> list[str]:
        """The conversations that the screen shows in these folders."""
        return [
            id_of(key)
            for key, told in self.screen.rows.items()
            if key.startswith("conversation-") and told[1] in folders
        ]

    async def _take(self, chat: str) -> None:
        self.screen.follow(stream("conversation", chat))
        wait_s = self.world.wait_left_s(chat)
        if wait_s is not None and wait_s < 25 and self.rng.random() < 0.3:
            await pass_time(max(0.0, wait_s + self.rng.uniform(-0.1, 0.1)))
        elif self.rng.random() < 0.6:  # When the clock ticks, as others do.
            await pass_time(1.0 - self.world.loop.time() % 1.0)
        if self.rng.random() < 0.8:
            await self.send("conversation", conversation.take, conversation_id=chat)
        else:
            await self._assign(chat, None)

    async def _meddle(self, chat: str) -> None:
        """What a colleague holds is not for others to write in, nor are a colleague's notes."""
        luck = self.rng.random()
        if luck < 0.5:
            await self._take(chat)
        elif luck < 0.7:
            await self._talk(chat)
        else:
            await desk.note(self, chat)

    async def _talk(self, chat: str) -> None:
        body = conversation.MessageBody(text=f"How can I help? {self.world.host.number()}")
        about: dict[str, Any] = {"conversation_id": chat, "body": body, "request": None}
        await self.send("conversation", conversation.post_message, **about)

    async def _assign(self, chat: str, holder: str | None) -> None:
        to = self.rng.choice(self.company.agents).id
        body = conversation.AssignBody(agent_id=to, expected_holder=holder)
        await self.send("conversation", conversation.assign, conversation_id=chat, body=body)

    async def _work_on(self, chat: str, luck: float) -> None:
        self.screen.follow(stream("conversation", chat))
        choice = self.rng.random()
        if choice < 0.32:
            await self._talk(chat)
        elif choice < 0.48:
            await self._assign(chat, self.caller.id)
        elif choice < 0.62:
            await self._close(chat, self.caller.id)
        else:
            await self._write_down(chat)

    async def _write_down(self, chat: str) -> None:
        """Whatever there is to do beside talking, also after the end."""
        deeds = (desk.fill_in, desk.note, desk.make_outcome, desk.attach, desk.read, desk.keep_out)
        (deed,) = self.rng.choices(deeds, (9, 6, 4, 3, 3, 2))
        await deed(self, chat)

    async def _close(self, chat: str, holder: str | None) -> None:
        body = conversation.CloseBody(expected_holder=holder)
        closing = self.send("conversation", conversation.close, conversation_id=chat, body=body)
        visitor = self.world.visitor_in(chat)
        if visitor is not None and self.rng.random() < 0.5:
            await asyncio.gather(closing, visitor.say(chat, "One more thing"))
        else:
            await closing

    async def _after_the_end(self, chat: str) -> None:
        if self.rng.random() < 0.5:
            await self._write_down(chat)
        elif self.rng.random() < 0.5:
            await self._close(chat, None)
        else:
            await self._assign(chat, None)

    async def _trespass(self) -> None:
        """What another company has is not there for this agent."""
        theirs = [chat for chat, company in self.world.chats().items() if company != self.caller.workspace_id]
        if theirs:
            await self.send("conversation", conversation.take, conversation_id=self.rng.choice(theirs))


def visitor_of(world: World, company: Company, number: int) -> Visitor:
    """Somebody who comes to the company's site."""
    name = derived_id("visitor", company.workspace_id, number)
    caller = Caller(
        kind="visitor",
        id=name,
        workspace_id=company.workspace_id,
        visit_id=derived_id("visit", name),
        playbook_id=company.playbook_id,
    )
    return Visitor(world, caller)
