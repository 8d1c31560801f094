"""Silence ends an agent's time online, if it means anything."""

from itertools import pairwise

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from contracts.ids import derived_id
from contracts.signals import Heartbeat
from services.chassis.timers import BEACON_GAP_S
from services.presence.queries import OnlineAgent
from services.presence.timers import LEASE_S, Leases
from tests.unit.presence.examples import ADA, BOB, ELSEWHERE, T0, WORKSPACE, after, beacon, heartbeat

ada, bob = OnlineAgent(WORKSPACE, ADA, 1, T0), OnlineAgent(WORKSPACE, BOB, 1, T0)


class Listening:
    """Leases whose time passes second by second, with a beacon every two seconds unless Kafka is silent."""

    def __init__(self) -> None:
        self.leases, self._second = Leases(T0), 0

    def listen(self, until: int, *heard: str, silent: bool = False, swept: bool = True) -> "Listening":
        """Time passes; of the agents named, a heartbeat comes every second."""
        for second in range(self._second + 1, until + 1):
            if not silent:
                for agent_id in heard:
                    self.leases.heard(heartbeat(agent_id), after(second))
                if second % 2 == 0:
                    self.leases.heard(beacon(), after(second))
            if swept:
                self.leases.expired(after(second), [])
        self._second = until
        return self

    def expired(self, *agents: OnlineAgent, at: float | None = None) -> list[OnlineAgent]:
        return self.leases.expired(after(self._second if at is None else at), agents)


def test_an_agent_of_whom_nothing_is_heard_expires_after_one_lease() -> None:
    listening = Listening().listen(100, ADA)

    assert listening.listen(100 + LEASE_S - 1).expired(ada) == []
    assert listening.listen(100 + LEASE_S).expired(ada) == [ada]


def test_an_agent_who_is_heard_stays() -> None:
    assert Listening().listen(300, ADA).expired(ada, bob) == [bob]


def test_one_of_several_tabs_is_enough() -> None:
    listening = Listening().listen(60)
    other_tab = Heartbeat(workspace_id=WORKSPACE, agent_id=ADA, tab="tab-2", at=after(60))

    listening.leases.heard(other_tab, after(60))

    assert listening.listen(60 + LEASE_S - 1).expired(ada) == []


def test_heartbeats_count_for_their_own_workspace_alone() -> None:
    listening = Listening().listen(60)

    listening.leases.heard(heartbeat(ADA, workspace_id=ELSEWHERE), after(60))

    assert listening.expired(ada) == [ada]


def test_nobody_expires_in_the_first_lease_after_the_start() -> None:
    long_ago = ada._replace(since=after(-3_600))

    assert Listening().listen(LEASE_S - 1).expired(long_ago) == []
    assert Listening().listen(LEASE_S).expired(long_ago) == [long_ago]


def test_whoever_just_went_online_counts_as_heard_then() -> None:
    listening = Listening().listen(100)
    new = ada._replace(since=after(90))

    assert listening.expired(new) == []
    assert listening.listen(90 + LEASE_S).expired(new) == [new]


def test_without_beacons_nobody_ever_expires() -> None:
    listening = Listening().listen(100, ADA).listen(1_000, silent=True)

    assert listening.expired(ada) == []


def test_without_any_beacon_since_the_start_nobody_expires() -> None:
    assert Listening().listen(1_000, silent=True).expired(ada) == []


def test_after_a_gap_in_beacons_nobody_expires_for_one_full_lease() -> None:
    listening = Listening().listen(100, ADA).listen(200, silent=True)

    assert listening.listen(201 + LEASE_S - 1).expired(ada) == []
    assert listening.listen(202 + LEASE_S).expired(ada) == [ada]


def test_a_gap_that_no_sweep_saw_counts_as_well() -> None:
    """A process that was stopped hears everything at once when it goes on."""
    listening = Listening().listen(100, ADA).listen(200, silent=True, swept=False)

    listening.leases.heard(beacon(), after(200))

    assert listening.listen(200 + LEASE_S - 1).expired(ada) == []
    assert listening.listen(200 + LEASE_S).expired(ada) == [ada]


def test_a_pause_of_the_beacons_that_is_no_gap_changes_nothing() -> None:
    listening = Listening().listen(100)

    assert listening.expired(ada, at=100 + BEACON_GAP_S) == [ada]
    assert listening.expired(ada, at=100 + BEACON_GAP_S + 0.001) == []


def test_what_was_heard_long_ago_takes_no_room() -> None:
    listening = Listening().listen(60, ADA, BOB).listen(200)

    assert listening.leases._heard_at == {}


AGENTS = [derived_id("agent", number) for number in range(6)]
STEP_MS_MAX = 3_000

signs = st.sampled_from(["beacon", "beacon", "beacon", "sweep", "sweep", *AGENTS[:2]])


@settings(deadline=None)
@for_all(st.lists(st.tuples(st.integers(100, STEP_MS_MAX), signs | st.sampled_from(AGENTS)), max_size=80))
def test_whoever_expires_was_silent_for_a_lease_in_which_beacons_came(steps: list[tuple[int, str]]) -> None:
    leases, now_ms = Leases(T0), 0
    heard_ms, beacons_ms = dict.fromkeys(AGENTS, 0), [0]
    for step_ms, sign in steps:
        now_ms += step_ms
        now = after(now_ms / 1_000)
        if sign == "beacon":
            leases.heard(beacon(), now)
            beacons_ms.append(now_ms)
        elif sign in AGENTS:
            leases.heard(heartbeat(sign), now)
            heard_ms[sign] = now_ms
        expired = leases.expired(now, [OnlineAgent(WORKSPACE, agent, 1, T0) for agent in AGENTS])

        lease_began_ms = now_ms - 1_000 * LEASE_S
        gaps_ms = [later - one for one, later in pairwise([*beacons_ms, now_ms]) if later > lease_began_ms]
        trusted = lease_began_ms >= 0 and all(gap_ms <= 1_000 * BEACON_GAP_S for gap_ms in gaps_ms)
        silent = [agent for agent in AGENTS if heard_ms[agent] <= lease_began_ms]
        assert [agent.agent_id for agent in expired] == (silent if trusted else [])
