#!/usr/bin/env bash
# Builds livechat/kafka, livechat/postgres and livechat/proxy from Debian's packages and Kafka's jars, for machines
# without an image registry. Needs a Docker engine that answers, root (for debootstrap) and Debian's or Ubuntu's apt.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
infrastructure=$project/services/cli/infrastructure
libs=${LIVECHAT_CACHE:-$project/.livechat/cache}/kafka/libs
version=$(sed -n '/kafka_2.13/,/version/ s:.*<version>\(.*\)</version>.*:\1:p' "$infrastructure/kafka-pom.xml")
suite=bookworm # whose PostgreSQL is 15
base=livechat/base:$suite-2 # Another number whenever other packages are in it.

docker info >/dev/null 2>&1 || { echo "No Docker engine answers. On Debian: apt-get install docker.io" >&2; exit 1; }
test "$(id -u)" = 0 || { echo "debootstrap makes the base image and needs root: sudo make images" >&2; exit 1; }
for tool in debootstrap mvn; do
    command -v $tool >/dev/null && continue
    package=$(test $tool = mvn && echo maven || echo $tool)
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! docker image inspect "$base" >/dev/null 2>&1; then
    echo "making the base image: Debian $suite with Java, PostgreSQL and Caddy (once, about a minute)"
    debootstrap --variant=minbase --include=ca-certificates,openjdk-17-jre-headless,postgresql,caddy,wget "$suite" "$work/tree" \
        >"$work/debootstrap.log" || { tail -20 "$work/debootstrap.log" >&2; exit 1; }
    rm -rf "$work"/tree/var/cache/apt/archives/*.deb "$work"/tree/var/lib/apt/lists/* "$work"/tree/var/lib/postgresql/*/main
    tar -C "$work/tree" -c . | docker import - "$base" >/dev/null
    rm -rf "$work/tree"
fi

cp -r "$here/kafka" "$here/postgres" "$here/proxy" "$work"
if test -d "$libs"; then
    cp -r "$libs" "$work/kafka/libs"
else
    echo "fetching the Kafka jars with Maven (about 43 MB)"
    mvn -q -B -C -f "$infrastructure/kafka-pom.xml" dependency:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$work/kafka/libs"
fi

# The classic builder: the newer one wants a plug-in that Debian's packages lack.
export DOCKER_BUILDKIT=0
for image in "kafka:$version" "postgres:15" "proxy:2"; do
    docker build --quiet --network=none --build-arg BASE="$base" -t "livechat/$image" "$work/${image%%:*}" >/dev/null
    echo "livechat/$image"
done
