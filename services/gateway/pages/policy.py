"""The headers under which each page runs: what it may load, who may frame it, how long it is kept."""

from collections.abc import Mapping, Sequence

SECONDS_OF_LAUNCHER = 60
"""How long a site's visitors may run on with an older launcher and an older look."""
WORKER_POLICY = "livechat-worker"
"""The inbox's one policy of trusted types, which makes the address of the service worker and nothing else."""
FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
ASK_AGAIN = {"cache-control": "no-cache"}
FOR_A_MINUTE = {"cache-control": f"public, max-age={SECONDS_OF_LAUNCHER}"}
FOR_A_MOMENT = {"cache-control": "public, max-age=10"}
"""Who is online: how long a page may be told of a moment that is past."""
ANY_SITE = {"cross-origin-resource-policy": "cross-origin"}
ANY_READER = {"access-control-allow-origin": "*"}
"""Modules are fetched as data is."""
OWN_SITE = {"cross-origin-resource-policy": "same-origin"}
_QUIET = {"referrer-policy": "no-referrer", "permissions-policy": "camera=(), geolocation=(), microphone=()"}


def panel(origins: Sequence[str], sites: Sequence[str]) -> Mapping[str, str]:
    """The widget's panel: framed by the playbook's sites and by our own pages, and by nobody else."""
    # What the bot says may have pictures from wherever its company keeps them.
    rules = _policy(origins, [*origins, *sites], "'none'", pictures="https:")
    return {**_QUIET, **ASK_AGAIN, "content-security-policy": rules}


def inbox(origins: Sequence[str]) -> Mapping[str, str]:
    """The agents' pages: framed by nobody."""
    return {
        **_QUIET,
        **ASK_AGAIN,
        **OWN_SITE,
        "content-security-policy": _policy(origins, [], WORKER_POLICY),
        "cross-origin-opener-policy": "same-origin",
        "x-frame-options": "DENY",
    }


def _policy(origins: Sequence[str], framed_by: Sequence[str], trusted: str, pictures: str = "") -> str:
    # Not every browser takes 'self' for our sockets as well.
    sockets = [origin.replace("http", "ws", 1) for origin in origins]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:", *filter(None, [pictures])],
        "media-src": ["'self'", "blob:", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *sockets],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": list(framed_by) or ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [trusted],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())
