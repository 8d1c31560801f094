"""That a visitor agreed to what is told of their personal data."""

from contracts.playbook import VisitEvent


class ConsentGiven(VisitEvent):
    """The visitor agreed, at this time, to the privacy text with which the visit began; `text_sha256` is its digest."""

    text_sha256: str
