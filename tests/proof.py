"""How often a proof repeats: the one setting that separates `make ci` from `make soak`."""

import os

SCALE = float(os.environ.get("LIVECHAT_PROOF_SCALE", "0.05"))
LEAST = 10


def count(full: int) -> int:
    """The number of repetitions for a proof whose full count is `full`: a share of it, but at least ten."""
    return min(full, max(LEAST, round(full * SCALE)))
