"""What a company tells visitors of their personal data, and whether it asks them to agree before it keeps any."""

from hashlib import sha256
from typing import Annotated, Any

from pydantic import StringConstraints, model_validator

from contracts.envelope import Fact
from contracts.formatted import Body, in_plain_words

PRIVACY_CHARS_MAX = 1_000
PRIVACY_BYTES_MAX = 5_000


class Privacy(Fact):
    """A text about personal data; `asks`: visitors agree to it before they give the bot any.

    One with a form has it in `body`; `text` is then the same in plain words, made of it whatever was sent there.
    """

    text: Annotated[str, StringConstraints(min_length=1, max_length=PRIVACY_CHARS_MAX, pattern=r"\S")]
    body: Body = ()
    asks: bool = False

    @model_validator(mode="before")
    @classmethod
    def _text_may_be_missing(cls, given: Any) -> Any:
        formed = isinstance(given, dict) and bool(given.get("body"))
        return {**given, "text": "…"} if formed else given

    @model_validator(mode="after")
    def _text_is_that_of_the_body(self) -> "Privacy":
        if self.body:
            told = in_plain_words(self.body)
            if len(told) > PRIVACY_CHARS_MAX:
                raise ValueError(f"with its addresses, the text has more than {PRIVACY_CHARS_MAX} characters")
            object.__setattr__(self, "text", told)
        # Every visit begins with it, beside the pages that were seen, and one event holds them.
        if len(self.model_dump_json().encode()) > PRIVACY_BYTES_MAX:
            raise ValueError(f"the text has more than {PRIVACY_BYTES_MAX} bytes with its form")
        return self

    @property
    def digest(self) -> str:
        """By which it is known to which text somebody agreed: SHA-256 of its words and form, in hexadecimal digits."""
        return sha256(self.model_dump_json(include={"text", "body"}).encode()).hexdigest()
