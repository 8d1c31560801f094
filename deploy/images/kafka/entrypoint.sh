#!/bin/sh
# Turns KAFKA_A_B into a.b, formats the log where there is none, and becomes the broker.
set -eu

properties=${TMPDIR:-/tmp}/server.properties
data=${KAFKA_LOG_DIRS:-/var/lib/kafka/data}
awk 'BEGIN {
    print "log.dirs=/var/lib/kafka/data"
    for (name in ENVIRON) {
        if (name !~ /^KAFKA_/ || name ~ /^KAFKA_(HEAP_OPTS|OPTS|VERSION)$/) continue
        key = tolower(substr(name, 7))
        gsub(/___/, "\001", key); gsub(/__/, "\002", key); gsub(/_/, ".", key)
        gsub(/\001/, "-", key); gsub(/\002/, "_", key)
        print key "=" ENVIRON[name]
    }
}' >"$properties"

run() {
    # shellcheck disable=SC2086 # Several options in one variable are meant to be several words.
    exec java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:+UseSerialGC -XX:-UsePerfData -XX:TieredStopAtLevel=1 \
        ${KAFKA_OPTS:-} -Dorg.apache.logging.log4j.level=WARN -cp '/opt/kafka/libs/*' "$@"
}

# Formatted once: a log has the id of its cluster, and formatting it with another, as each start would draw one, fails.
if [ ! -e "${data%%,*}/meta.properties" ]; then
    cluster=${CLUSTER_ID:-$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')}
    (run kafka.tools.StorageTool format --ignore-formatted --cluster-id="$cluster" --config "$properties")
fi
run kafka.Kafka "$properties"
