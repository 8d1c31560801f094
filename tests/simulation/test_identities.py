"""Each fact about signed visitors finds what was forged against it."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.conversation import ConversationStarted
from contracts.crm import OrganizationEvent, PersonEvent, PersonsMerged
from contracts.gateway import IdentityKeyMade
from contracts.playbook import LiveChatRequested, VisitStarted
from tests.simulation import identities
from tests.simulation.forging import SOMEBODY, CannotForge, Fact, Forger, Forging, found


def signed(forger: Forger) -> list[Any]:
    return forger.all(VisitStarted, lambda one: one.event.identified)


def nobody_signed(forger: Forger) -> None:
    forger.change(signed(forger)[0], identified=False)


def somebody_signed(forger: Forger) -> None:
    forger.change(forger.find(VisitStarted, lambda one: not one.event.identified), identified=True)


def another_visitor(forger: Forger) -> None:
    users = forger.world.users
    begun = forger.all(VisitStarted, lambda one: users.get(one.event.visit_id) == "user-1")
    companies = [one.metadata.workspace_id for one in begun]
    if companies.count(companies[0]) < 2:
        raise CannotForge
    forger.change(begun[0], visitor_id=SOMEBODY)


def somebody_elses_visitor(forger: Forger) -> None:
    whose = forger.find(VisitStarted, lambda one: one.event.identified).event.visitor_id
    forger.change(forger.find(VisitStarted, lambda one: not one.event.identified), visitor_id=whose)


def not_signed_for(forger: Forger) -> None:
    forger.change(forger.find(LiveChatRequested, lambda one: one.event.identified), captured=())


def known_to_nobody(forger: Forger) -> None:
    forger.change(forger.find(ConversationStarted, lambda one: one.event.identified), identified=False)


def no_person(forger: Forger) -> None:
    whose = {one.event.visitor_id for one in signed(forger) if one.event.known}
    forger.drop((PersonEvent, PersonsMerged), lambda one: one.event.visitor_id in whose)


def no_organization(forger: Forger) -> None:
    whose = {one.event.visitor_id for one in signed(forger) if one.event.known}
    forger.drop(OrganizationEvent, lambda one: one.event.visitor_id in whose)


def three_keys(forger: Forger) -> None:
    one = forger.find(IdentityKeyMade)
    for number in range(3):
        forger.append(one, kid=f"{SOMEBODY[:-1]}{number}")


FORGED: dict[Forging, tuple[Fact, str]] = {
    nobody_signed: (identities.visitors, "not signed for"),
    somebody_signed: (identities.visitors, "signed for"),
    another_visitor: (identities.visitors, "is several visitors"),
    somebody_elses_visitor: (identities.visitors, "is of the visitor of"),
    not_signed_for: (identities.known, "other details were signed for"),
    known_to_nobody: (identities.known, "something else than was known"),
    no_person: (identities.known, "person-"),
    no_organization: (identities.known, "organization-"),
    three_keys: (identities.keys, "identity keys"),
}


@pytest.mark.parametrize("forge", FORGED, ids=lambda forge: forge.__name__)
def test_what_was_forged_is_found(forge: Forging) -> None:
    fact, what = FORGED[forge]

    assert any(what in told for told in found(fact, forge))


def test_a_secret_in_the_log_is_found() -> None:
    def tell(forger: Forger) -> None:
        made = forger.find(IdentityKeyMade)
        company = next(
            one for one in forger.world.companies if one.workspace_id == made.metadata.workspace_id
        )
        forger.world.companies = [replace(company, identity_keys={"told": made.event.secret_id})]

    assert any("tells the secret" in told for told in found(identities.keys, tell))
