"""Images that are built where none can be pulled: what their entry points do before a server begins."""

import os
import subprocess
from pathlib import Path

from deploy.generate import ROOT

KAFKA = ROOT / "images" / "kafka" / "entrypoint.sh"
# As Kafka's own tool: a log that was formatted with another id is refused, whatever --ignore-formatted says.
JAVA = r"""#!/bin/sh
echo "$*" >>"$CALLS"
case $* in *StorageTool*) ;; *) exit 0 ;; esac
for word in "$@"; do case $word in --cluster-id=*) id=${word#*=} ;; esac; done
meta=$KAFKA_LOG_DIRS/meta.properties
if test -e "$meta"; then test "$(cat "$meta")" = "$id"; else echo "$id" >"$meta"; fi
"""


def test_kafka_starts_again_on_its_log(tmp_path: Path) -> None:
    java, data, calls = (tmp_path / name for name in ("bin/java", "data", "calls"))
    java.parent.mkdir()
    data.mkdir()
    java.write_text(JAVA)
    java.chmod(0o755)
    told = {"PATH": f"{java.parent}:{os.environ['PATH']}", "TMPDIR": str(tmp_path), "CALLS": str(calls)}
    told |= {"KAFKA_LOG_DIRS": str(data), "KAFKA_NODE_ID": "1"}

    for _ in range(2):
        subprocess.run([KAFKA], env=told, check=True, timeout=20)

    formatted, *started = calls.read_text().splitlines()
    assert "kafka.tools.StorageTool format" in formatted
    assert [line.split()[-2] for line in started] == ["kafka.Kafka", "kafka.Kafka"]
    assert f"log.dirs={data}" in (tmp_path / "server.properties").read_text().splitlines()
