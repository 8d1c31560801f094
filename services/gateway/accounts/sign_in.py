"""Sign-in, staying so, and another password: one answer for known and unknown, and a bound on wrong tries."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.envelope import Metadata
from services.chassis.decider import Refused
from services.chassis.ports import Credential, Ports
from services.gateway.accounts.passwords import (
    PASSWORD,
    drop_unused,
    hashing_of,
    is_password_of,
    keep_password,
    refuse_weak,
)
from services.gateway.accounts.sessions import (
    RESET_LINK,
    NewSession,
    clear_sessions,
    keep_session,
    new_session,
    renew_session,
)
from services.gateway.accounts.standing import (
    Standing,
    joined,
    key_of,
    sealed,
    settings_of,
    standing_of_address,
    tell,
    was_told,
)
from services.gateway.accounts.throttle import count_try, name_of, network_of
from services.gateway.commands import SetPassword
from services.gateway.decider import account

KNOWN_ADDRESS = "known_address"
KNOWN_FOR = timedelta(days=30)


class BadSignIn(Refused):
    """The workspace, the address or the password is wrong; which of them is not told."""

    status = 401

    def __init__(self) -> None:
        super().__init__("bad_sign_in", "The workspace, the e-mail address or the password is wrong.")


class WrongPassword(Refused):
    """The password of the one who asks is another."""

    status = 403

    def __init__(self) -> None:
        super().__init__("wrong_password", "Your password is another one.")


class TooManyTries(Refused):
    """There were too many wrong tries; the window in which they count ends after `retry_after_s`."""

    status = 429

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "too_many_tries", "There were too many wrong tries: wait a while.", retry_after_s=retry_after_s
        )


@dataclass(frozen=True, slots=True)
class Guess:
    """Somebody at an internet address tries a password for an account, which may be there or not."""

    workspace_id: str
    email_key: str
    address: str

    @property
    def from_here(self) -> str:
        """For this account, from this address."""
        return name_of("sign-in", self.workspace_id, self.email_key, self.address)

    @property
    def from_anywhere(self) -> str:
        """For this account."""
        return name_of("sign-in", self.workspace_id, self.email_key)

    @property
    def of_anybody(self) -> str:
        """From this address."""
        return name_of("sign-in", "address", self.address)


async def sign_in(
    ports: Ports, workspace_id: str, email: str, password: str, address: str, browser: str
) -> NewSession:
    """A session for the password. Raises BadSignIn, TooManyTries or Busy."""
    guess = Guess(workspace_id, key_of(ports, email), network_of(address))
    await _count(ports, guess)
    found = await standing_of_address(ports, workspace_id, guess.email_key)
    right = await is_password_of(ports, workspace_id, found.state, password)
    if not right or not isinstance(found.state, account.Joined):
        raise BadSignIn
    await _forgive(ports, guess, found)
    await drop_unused(ports, workspace_id, found.agent_id, found.state.password_id)
    new = new_session(ports, found, found.state, browser)
    await keep_session(ports, new)
    return new


async def change_password(
    ports: Ports,
    agent: tuple[str, str],
    old: str,
    new: str,
    address: str,
    browser: str,
    metadata: Metadata,
    fingerprint: str,
) -> NewSession:
    """Another password, and a new session; all that began before are over. `agent`: workspace and id.

    Repeated with its key it is only another session, for whoever knows the password that was set by it.
    Raises WrongPassword, WeakPassword, TooManyTries, Busy, KeyReused or NotFound.
    """
    found, state = await joined(ports, *agent)
    guess = Guess(found.workspace_id, state.email_key, network_of(address))
    await _count(ports, guess)
    told = sealed(ports, fingerprint)
    repeated = await was_told(ports, found, metadata, told)
    if not await is_password_of(ports, found.workspace_id, state, new if repeated else old):
        raise WrongPassword
    await _forgive(ports, guess, found)
    if not repeated:
        refuse_weak(ports, new, state.email_key)
        await _set(ports, found, state.password_id, new, metadata, told)
    await ports.credentials.end(RESET_LINK, found.workspace_id, found.agent_id)
    after, state = await joined(ports, *agent)
    session = new_session(ports, after, state, browser)
    await keep_session(ports, session)
    await clear_sessions(ports, after)
    return session


async def stay_signed_in(
    ports: Ports, agent: tuple[str, str], session_id: str, password: str, address: str
) -> NewSession:
    """The session anew, for the password: nobody stays signed in for longer than a session without it.

    Raises WrongPassword, TooManyTries, Busy or NotFound.
    """
    found, state = await joined(ports, *agent)
    guess = Guess(found.workspace_id, state.email_key, network_of(address))
    await _count(ports, guess)
    if not await is_password_of(ports, found.workspace_id, state, password):
        raise WrongPassword
    await _forgive(ports, guess, found)
    return await renew_session(ports, found, state, session_id)


async def _set(
    ports: Ports, of: Standing, old_id: str, password: str, metadata: Metadata, fingerprint: str
) -> None:
    """Keeps the password and records it. What the stream then does not name is deleted: the old one, or this one."""
    now = ports.clock.now()
    password_id = await keep_password(ports, of.workspace_id, of.agent_id, password, now)
    try:
        await tell(ports, of, SetPassword(password_id, "password_changed", now), metadata, fingerprint)
    except Refused:
        await ports.credentials.end_one(PASSWORD, password_id)
        raise
    _, state = await joined(ports, of.workspace_id, of.agent_id)
    for one in {old_id, password_id} - {state.password_id}:
        await ports.credentials.end_one(PASSWORD, one)


async def _count(ports: Ports, guess: Guess) -> None:
    """Counts a try. Raises TooManyTries, and Busy for what could not be tried, which does not count."""
    hashing_of(ports).refuse_more()
    settings = settings_of(ports)
    limits = [
        (guess.from_here, settings.gateway_sign_in_tries_max),
        (guess.of_anybody, settings.gateway_sign_in_address_tries_max),
    ]
    if await ports.credentials.find(KNOWN_ADDRESS, guess.from_here, ports.clock.now()) is None:
        limits.append((guess.from_anywhere, settings.gateway_sign_in_account_tries_max))
    await count_try(ports, limits, settings.gateway_sign_in_window_s, TooManyTries)


async def _forgive(ports: Ports, guess: Guess, found: Standing) -> None:
    """It was the right one: it counts as no try, and strangers' tries do not hold up who comes from this address."""
    for key in (guess.from_here, guess.of_anybody, guess.from_anywhere):
        await ports.credentials.forgive(key)
    over = ports.clock.now() + KNOWN_FOR
    known = Credential(KNOWN_ADDRESS, guess.from_here, found.workspace_id, found.agent_id, {}, over)
    await ports.credentials.keep(known)
