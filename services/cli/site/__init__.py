"""A site to try the system on: a page with the widget, and the company that it belongs to."""

from services.cli.site.company import Company, founded
from services.cli.site.page import Site, serving

__all__ = ["Company", "Site", "founded", "serving"]
