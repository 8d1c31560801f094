"""The pages offer the currencies that this service takes, neither more nor fewer."""

import re
from pathlib import Path

from services.crm.commands import CURRENCIES

OFFERED = Path("services/gateway/web/src/models/currencies.ts")


def test_the_pages_offer_each_currency_that_is_taken() -> None:
    codes = re.search(r"CODES = `(.*?)`", OFFERED.read_text(), re.DOTALL)
    assert codes is not None
    assert sorted(codes[1].split()) == sorted(CURRENCIES)
