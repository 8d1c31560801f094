"""What callers may ask of the details of a conversation, of persons, organizations, and what comes of chats."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.crm import CausedBy
from contracts.playbook import Captured

TITLE_CHARS_MAX = 200
NOTE_CHARS_MAX = 4_000
NOTES_MAX = 200
NOTES_EVER_MAX = 1_000
FREE_FIELDS_MAX = 50
VALUE_MINOR_MAX = 10**12
PERSONS_MERGED_MAX = 50

_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD
    MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS
    VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"""
CURRENCIES = frozenset(_CODES.split())
"""The currencies of ISO 4217 that are money: no metals, funds or test codes."""

Group = Literal["person", "organization"]


@dataclass(frozen=True, slots=True)
class SetFields:
    """Set fields of a group; None clears one, and those that are not named stay. `expected_version` is that of the
    details on the agent's screen: a field that somebody changed after it is not overwritten."""

    conversation_id: str
    visitor_id: str
    group: Group
    values: tuple[tuple[str, str | None], ...]
    by: str
    expected_version: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SetDealValue:
    """Say what the deal may be worth, in minor units; None clears it."""

    conversation_id: str
    visitor_id: str
    value_minor: int | None
    currency: str
    by: str
    expected_version: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class FillIn:
    """Take what the bot captured, where no person has set anything. `arrival` is the card's place in the visit, 0 for
    all that came with the conversation's beginning."""

    conversation_id: str
    visitor_id: str
    captured: tuple[Captured, ...]
    arrival: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AddNote:
    """Write a note."""

    conversation_id: str
    visitor_id: str
    note_id: str
    text: str
    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EditNote:
    """Give a note of one's own another text."""

    note_id: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RemoveNote:
    """Take a note away, as its author or as an owner."""

    note_id: str
    by: str
    by_owner: bool
    at: datetime


DetailsCommand = SetFields | SetDealValue | FillIn | AddNote | EditNote | RemoveNote


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep what is known since `known_at`: from an agent, `by`, or from the visitor. None clears a field."""

    visitor_id: str
    conversation_id: str | None
    by: str | None
    values: tuple[tuple[str, str | None], ...]
    known_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class KeepPerson(Keep):
    """Keep it of a visitor."""

    person_id: str


@dataclass(frozen=True, slots=True)
class MergePerson:
    """Say that a person is another one, `into`, who is known since `into_since` and was not merged: then they are
    `into_now` themself. `persons` is how many are merged in both so far, they included."""

    person_id: str
    into: str
    into_now: str
    into_since: datetime
    persons: int
    by: str
    at: datetime


PersonCommand = KeepPerson | MergePerson


@dataclass(frozen=True, slots=True)
class KeepOrganization(Keep):
    """Keep it of whom a visitor is with."""

    organization_id: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an outcome comes from. `outcome_key` is what makes it once only."""

    outcome_key: str
    visitor_id: str
    visit_id: str | None
    conversation_id: str | None
    person: tuple[Captured, ...]
    cause: Literal["agent", "action_card"]
    by: str | None
    caused_by: CausedBy


@dataclass(frozen=True, slots=True)
class CreateLead:
    """Make a lead. Without `title` it is named after the person."""

    lead_id: str
    origin: Origin
    title: str | None
    note: str | None
    at: datetime
    value_minor: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class CreateDeal:
    """Make a deal. Without `title` it is named after the person."""

    deal_id: str
    origin: Origin
    title: str | None
    note: str | None
    value_minor: int | None
    currency: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CreateActivity:
    """Note something to do. Without `title` it is named after the person."""

    activity_id: str
    origin: Origin
    kind: Literal["call", "meeting", "task", "email"]
    title: str | None
    note: str | None
    due_at: datetime | None
    at: datetime


OutcomeCommand = CreateLead | CreateDeal | CreateActivity
