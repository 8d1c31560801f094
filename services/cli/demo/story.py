"""What happens in the demonstration: a chat passed on, with files and a lead; a race, a missed chat, a late take."""

import asyncio
from typing import Any

from services.cli.demo.cast import PATIENCE_S, WAIT_TIME_S, Cast
from services.cli.demo.clients import Agent, Answer, Visitor
from services.cli.demo.screens import Screen
from services.cli.demo.told import Sent, Told, digest

TRIES_MAX = 10
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
"""A picture of one point (PNG)."""
LETTER = "We deliver to Brazil in three days — for free from 50 euros.\n".encode()


class Story(Cast):
    """Everything that the demonstration shows, one part after the other."""

    async def run(self) -> Told:
        """Everything, from the owner's first sign-in to the last closed chat."""
        await self._set_up()
        await self._whole_chat()
        await self._race()
        await self._nobody_takes_it_in_time()
        await self._nobody_online()
        return self.told

    async def _whole_chat(self) -> None:
        visitor, panel = await self._visitor(self.playbook)
        conversation_id = await self._conversation(visitor, panel)
        stream = f"conversation-{conversation_id}"
        self._say("New chat: a visitor asks for a person, the conversation is in Unassigned.")
        await self._take(self.ana, conversation_id)
        await panel.until(lambda s: s.of(stream, "assigned"), PATIENCE_S, "that Ana joined")
        await self._inbox.follow(stream)
        await self._say_in(visitor, conversation_id, "Hello! Do you ship to Brazil?")
        await self._say_in(self.ana, conversation_id, "We do. Ben knows the details.")
        await self._hand_over(self.ana, self.ben, conversation_id)
        self._say("Reassigned: Ana took it and passed it to Ben.")
        await self._bens.follow(stream)
        await self._file(visitor, conversation_id, "two.png", PICTURE, (self.ben, self._bens))
        await self._file(self.ben, conversation_id, "delivery.txt", LETTER, (visitor, panel))
        await self._say_in(visitor, conversation_id, "Perfect, I will order <b>two</b>.")
        for screen in (panel, self._inbox, self._bens):
            await screen.until(lambda s: len(s.of(stream, "message_posted")) == 6, PATIENCE_S, "all messages")
        await self._lead(self.ben, conversation_id)
        self._say("Lead: Ben made one from the conversation.")
        await self._close(self.ben, conversation_id)
        await panel.until(lambda s: s.of(stream, "closed"), PATIENCE_S, "the end of the chat")
        self._say("Closed: Ben closed the conversation, and the visitor's panel says so.")

    async def _file(
        self,
        sender: Agent | Visitor,
        conversation_id: str,
        name: str,
        content: bytes,
        reader: tuple[Agent | Visitor, Screen],
    ) -> None:
        """One sends a file and names it in a message; the other sees the message and downloads the same bytes."""
        sent = await self._patiently(lambda: sender.upload(conversation_id, name, content), {"not_found"})
        await self._say_in(sender, conversation_id, f"Here is {name}.", sent["attachment_token"])
        other, screen = reader
        attachments = await screen.until(
            lambda s: _named(s, conversation_id, sent["file_id"]), PATIENCE_S, f"the message with {name}"
        )
        got = await other.download(attachments[0]["file_id"])
        assert got == content, f"{name}: {len(content)} bytes were sent, {len(got)} others came"
        named = Sent(conversation_id, sent["name"], sent["content_type"], sent["size_bytes"])
        self.told.files[sent["file_id"]] = named, digest(content)
        by = "a visitor" if isinstance(sender, Visitor) else sender.name
        self._say(f"File: {by} sent {named.name} ({named.content_type}); the other side has the same bytes.")

    async def _race(self) -> None:
        """Three agents take one chat at the same moment."""
        cora = await self._colleague("Cora")
        await self._stack.enter_async_context(cora.screen(folders=False))
        await self._go_online(cora)
        visitor, panel = await self._visitor(self.playbook)
        conversation_id = await self._conversation(visitor, panel)
        path = f"conversation/conversations/{conversation_id}/take"
        results = await asyncio.gather(*(a.post(path) for a in self.agents), return_exceptions=True)
        takes = list(zip(self.agents, results, strict=True))
        winners = [agent for agent, result in takes if not isinstance(result, BaseException)]
        beaten = [(agent, result) for agent, result in takes if isinstance(result, Answer)]
        assert len(winners) == 1, f"one gets it and the others are told: {results}"
        assert len(beaten) == len(self.agents) - 1, f"one gets it and the others are told: {results}"
        self.told.holders[conversation_id] = winners[0].agent_id
        self.told.beaten[conversation_id] = [str(answer.problem["holder_id"]) for _, answer in beaten]
        self._say(f"Race: {len(takes)} agents took one chat at the same moment; {winners[0].name} got it.")
        for agent, answer in beaten:
            self._say(f"  {agent.name} was told: {answer.problem['detail']}")

    async def _nobody_takes_it_in_time(self) -> None:
        """Two visitors wait in vain: one leaves their details, the other is taken by an agent after all."""
        missed, late = await self._visitor(self.short), await self._visitor(self.short)
        missed_id, late_id = [await self._conversation(*each) for each in (missed, late)]
        for (_, panel), conversation_id in ((missed, missed_id), (late, late_id)):
            await self._wait_in_vain(panel, conversation_id)
        await self._take_late(*late, late_id)
        await self._missed(*missed, missed_id)

    async def _missed(self, visitor: Visitor, panel: Screen, conversation_id: str) -> None:
        stream = f"conversation-{conversation_id}"
        await self._leave_details(visitor, panel, "Carla", "carla@example.com")
        ends = await panel.until(lambda s: s.of(stream, "closed"), PATIENCE_S, "the missed chat's end")
        assert ends[0]["reason"] == "missed", ends
        self.told.closed.append(conversation_id)
        self._say(
            f"Missed: nobody took a chat within {WAIT_TIME_S} s; the offline flow qualified the visitor."
        )

    async def _take_late(self, visitor: Visitor, panel: Screen, conversation_id: str) -> None:
        stream, visit = f"conversation-{conversation_id}", f"visit-{visitor.visit_id}"
        await self._take(self.ana, conversation_id)
        self.told.late[conversation_id] = self.ana.agent_id
        await panel.until(lambda s: s.of(stream, "assigned"), PATIENCE_S, "that Ana joined after all")
        await panel.until(lambda s: s.of(visit, "visit_taken_over"), PATIENCE_S, "that the bot steps back")
        await self._say_in(self.ana, conversation_id, "Sorry that you had to wait. I am here now.")
        await self._say_in(visitor, conversation_id, "No problem!")
        await self._close(self.ana, conversation_id)
        self._say(
            "Late take: Ana took another one after its wait was over; the bot stepped back, and they talked."
        )

    async def _nobody_online(self) -> None:
        for agent in self.agents:
            await agent.post("presence/offline")
            await self._inbox.until(
                lambda s, a=agent: s.rows[a.agent_id]["online"] is False, PATIENCE_S, "an agent going offline"
            )
        visitor, panel = await self._declined_visitor()
        await self._leave_details(visitor, panel, "Davi", "davi@example.com")
        self.told.declined.append(visitor.visit_id)
        self._say("Nobody online: the offline flow began at once.")

    async def _declined_visitor(self) -> tuple[Visitor, Screen]:
        """The conversation service decides by what it has heard, which may be a moment old: then once more."""
        for _ in range(TRIES_MAX):
            visitor, panel = await self._visitor(self.playbook)
            visit = f"visit-{visitor.visit_id}"
            await panel.until(
                lambda s, v=visit: s.of(v, "live_chat_started") or s.of(v, "offline_flow_started"),
                PATIENCE_S,
                "a decision",
            )
            if panel.of(visit, "offline_flow_started"):
                return visitor, panel
            conversation_id = str(panel.of(visit, "live_chat_started")[0]["conversation_id"])
            await self.ana.post(
                f"conversation/conversations/{conversation_id}/close", {"expected_holder": None}
            )
            self.told.closed.append(conversation_id)
        raise AssertionError("agents who went offline still count as online")


def _named(screen: Screen, conversation_id: str, file_id: str) -> list[dict[str, Any]]:
    """The attachments of this file that the screen shows."""
    posted = screen.of(f"conversation-{conversation_id}", "message_posted")
    found = [message["attachment"] for message in posted if message.get("attachment")]
    return [attachment for attachment in found if attachment["file_id"] == file_id]
