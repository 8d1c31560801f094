"""After the log was published anew, all that names topics in deploy/ is made by the next epoch."""

import os
import re
import subprocess
import sys

SCRIPT = """
from deploy.agreement import rights_in_code, topics_in_code
from deploy.generate import manifests
from deploy.rules.kafka import names_are_everybodys

topic = {"kind": "KafkaTopic", "metadata": {"name": "crm.events.v1-e2", "namespace": "livechat"}}
for epoch in (None, "1", "2", "3"):
    named = {"name": "kafka", "namespace": "livechat"}
    told = {"kind": "ConfigMap", "metadata": named, "data": {"LIVECHAT_EPOCH": epoch}}
    print(*names_are_everybodys([told, topic]), sep="")
print(*topics_in_code())
print(*{name for allowed in rights_in_code().values() for kind, name, *_ in allowed if kind == "topic"})
print(*(text for text in manifests().values()))
"""
REFUSED = "ConfigMap/kafka: LIVECHAT_EPOCH has to be 2, since KafkaTopic/crm.events.v1-e2 is called so"


def test_everything_is_called_by_the_epoch_of_the_environment() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "LIVECHAT_EPOCH": "2"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    *said, topics, rights, everything = done.stdout.split("\n", 6)
    assert said == [REFUSED, REFUSED, "", REFUSED]
    for names in (topics, rights, everything):
        found = re.findall(r"[a-z]+\.events\.v1(?:-e2)?", names)
        assert found
        assert all(name.endswith("-e2") for name in found)
    assert "inbox.state.v1 " in topics
