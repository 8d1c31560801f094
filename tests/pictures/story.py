"""A morning of the coffee company, told at fixed times with fixed words."""

from datetime import timedelta

from tests.e2e.levers import ahead
from tests.e2e.system import System
from tests.pictures.company import CoffeeCompany, StoryVisitor
from tests.pictures.flow import WAIT_TIME_S
from tests.pictures.moment import StoryClock

OFFICE = [("welcome", "office"), ("team", "some")]
BEANS = [("welcome", "beans"), ("taste", "dark"), ("brew", "press")]
PERSON = [("welcome", "person")]
COLLEAGUES = ("Ben", "Chloe")
BEGINS_AT, SHOWN_AT, OVER_AT = "08:30:00", "10:14:30", "11:00:00"
"""When the services begin, when the first picture is taken, and when the last one surely was."""


class Morning:
    """What happens before the pictures are taken."""

    def __init__(self, company: CoffeeCompany, clock: StoryClock, system: System) -> None:
        self._company, self._clock, self._system = company, clock, system

    async def pass_by(self, kitchen: bytes) -> StoryVisitor:
        """All of it; the visitor whose conversation is on the screen."""
        await self._early()
        await self._miss_one()
        await self._colleagues_at_work()
        maya = await self._maya(kitchen)
        await self._still_waiting()
        return maya

    async def _early(self) -> None:
        """Agents come, and three conversations are over soon."""
        self._clock.jump("08:40:00")
        await self._company.come_online()
        for moment, name, agent in (
            ("08:41:00", "Lena Fischer", "Ana"),
            ("08:58:00", "Marco Bianchi", "Ben"),
            ("09:12:00", "Aiko Tanaka", "Ana"),
        ):
            self._clock.jump(moment)
            visitor = await self._asks(name, BEANS)
            await self._company.take(agent, visitor)
            await self._company.say(visitor, visitor, "Which beans are dark, but not bitter?")
            await self._company.say(agent, visitor, "Night Shift. It tastes like chocolate.")
            await self._company.close(agent, visitor)

    async def _miss_one(self) -> None:
        """Nobody comes before the wait is over."""
        self._clock.jump("09:31:00")
        jonas = await self._asks("Jonas Weber", PERSON)
        by = self._clock.timers_behind() + timedelta(seconds=WAIT_TIME_S + 1)
        with ahead(self._system, "conversation", by):
            await self._company.is_missed(jonas)

    async def _colleagues_at_work(self) -> None:
        """Conversations of others, and two more of Ana's."""
        for moment, name, agent, asked in (
            ("09:48:00", "Oliver Grant", "Ben", "My grinder arrived without its lid."),
            ("09:52:00", "Priya Nair", "Chloe", "Can I move Thursday's delivery?"),
            ("09:55:00", "Tom Becker", "Ben", "Do you roast for restaurants too?"),
            ("09:57:00", "Inês Duarte", "Ana", "Is the decaf really that good?"),
        ):
            self._clock.jump(moment)
            visitor = await self._asks(name, PERSON)
            await self._company.take(agent, visitor)
            await self._company.say(visitor, visitor, asked)

    async def _maya(self, kitchen: bytes) -> StoryVisitor:
        """The conversation on the screen."""
        self._clock.jump("10:02:00")
        maya = await self._asks("Maya Lindqvist", OFFICE, "maya@northwind.example")
        self._clock.jump("10:02:40")
        await self._company.take("Ana", maya)
        await self._company.say("Ana", maya, "Good morning Maya! How is your coffee today?")
        self._clock.jump("10:04:10")
        said = "Poor, the old machine gives up twice a week. This is our corner:"
        await self._company.show(maya, "our-corner.png", kitchen, said)
        self._clock.jump("10:05:20")
        said = "The Duo fits there. 40 cups an hour, €149 a month, beans and service included."
        await self._company.say("Ana", maya, said)
        self._clock.jump("10:06:00")
        await self._company.say(maya, maya, "That would make 24 people happy. Can we try it first?")
        self._clock.jump("10:07:15")
        await self._company.say("Ana", maya, "Of course. I can bring one on Tuesday at nine.")
        await self._know(maya)
        return maya

    async def _know(self, maya: StoryVisitor) -> None:
        """What Ana writes down about it."""
        notes = self._company.notes
        await notes(maya, "details/person", {"phone": "+46 8 555 0142"})
        organization = {"name": "Northwind Studio", "website": "https://northwind.example"}
        await notes(maya, "details/organization", organization)
        await notes(maya, "details/deal-value", {"value_minor": 178_800, "currency": "EUR"})
        self._clock.jump("10:08:20")
        await notes(maya, "leads", {"title": "Duo for 24 people"})

    async def _still_waiting(self) -> None:
        """Visitors for whom there is time left."""
        self._clock.jump("10:11:05")
        await self._asks("Sofia Ferreira", OFFICE)
        self._clock.jump("10:13:12")
        await self._asks("Daniel Osei", BEANS)
        self._clock.jump("10:14:01")
        await self._asks("Ruth Keller", PERSON)

    async def _asks(self, name: str, picks: list[tuple[str, str]], email: str = "") -> StoryVisitor:
        email = email or f"{name.split()[0].lower()}@example.com"
        return await self._company.asks(name, email.replace("ê", "e"), picks)
