"""Several services in one process, as `livechat serve` hosts them, on servers that are there already."""

import sys

import uvloop

from services.chassis.observe import configure_logs
from services.chassis.process import Host
from services.chassis.settings import ProcessSettings
from services.cli.catalogue import chosen

if __name__ == "__main__":
    settings = ProcessSettings()
    configure_logs(level=settings.log_level)
    uvloop.run(Host(chosen(sys.argv[1:]), settings).serve())
