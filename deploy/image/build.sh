#!/usr/bin/env bash
# Builds the image of all services, and an archive of it in build/ for engines that build none (`ctr images import`).
#   deploy/image/build.sh                      as localhost/livechat:<version>
#   BASE=name@sha256:… deploy/image/build.sh   on a base that was pulled, in place of one made of Debian's packages
# Needs a Docker engine that answers, and root for mmdebstrap where BASE is not given.
set -euo pipefail
umask 022

here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
python=$project/.venv/bin/python
suite=bookworm # whose Python is 3.11
revision=$(git -C "$project" rev-parse HEAD)
# Of one commit two builds hold the same files with the same times.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$project" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

fail() { echo "$1" >&2; exit 1; }
docker info >/dev/null 2>&1 || fail "No Docker engine answers. On Debian: apt-get install docker.io"
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || fail "The image holds Python 3.11; .venv has another."
version=$("$python" -c 'import services; print(services.__version__)')
tag=${TAG:-${version//./-}} # It becomes part of Jobs' names, where a dot would be no host name's.
image=${IMAGE:-localhost/livechat}:$tag
archive=$project/build/livechat-$tag.tar

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
laid=$work/laid
tree=$laid/opt/livechat

compile() { # Without times and without checks: nobody changes a file of the image.
    "$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash -s "$1" -p / "${@:2}"
}

settle() { # Gives everything below a folder the one time of this build.
    find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

make_base() {
    command -v mmdebstrap >/dev/null || {
        apt-get update -qq && apt-get install -y -qq --no-install-recommends mmdebstrap
    }
    local packages root=$work/root
    packages=$(sed -e '/^#/d' -e 's/ .*//' "$here/packages.txt")
    mmdebstrap --quiet --variant=extract --skip=cleanup/apt,download/empty --include="${packages//$'\n'/,}" \
        "$suite" "$work/fetched"
    mkdir "$root" && mkdir -p "$root/var/lib/dpkg/status.d"
    for package in $packages; do
        deb=$(echo "$work/fetched/var/cache/apt/archives/${package}"_*.deb)
        dpkg-deb --extract "$deb" "$root"
        # Where scanners look for what an image without dpkg consists of.
        dpkg-deb --field "$deb" >"$root/var/lib/dpkg/status.d/$package"
    done
    find "$root/usr/share/doc" -type f -not -name copyright -delete
    rm -rf "$root"/usr/share/{man,lintian,bug,locale,zoneinfo/right} "$root"/usr/{sbin,local,games}/* "$root"/{sbin,bin}/*
    find "$root/usr/bin" -mindepth 1 -not -name python3.11 -delete
    ln -s python3.11 "$root/usr/bin/python3"
    find "$root/usr/share/ca-certificates" -name '*.crt' | sort | xargs cat >"$root/etc/ssl/certs/ca-certificates.crt"
    echo 'livechat:x:65532:65532::/nonexistent:/usr/sbin/nologin' >"$root/etc/passwd"
    echo 'livechat:x:65532:' >"$root/etc/group"
    compile "$root" "$root/usr/lib/python3.11"
    settle "$root"
    tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner -c . | docker import -
}

lay_out() {
    local packages=$tree/lib/python3.11/site-packages
    git -C "$project" ls-files -z pyproject.toml README.md LICENSE contracts services |
        (cd "$project" && xargs -0 cp --parents -t "$work/source")
    cp -r "$project/services/gateway/web/dist" "$work/source/services/gateway/web/"
    # What is published as source, and ours, is built by the locked setuptools, and not by the newest one of that day.
    "$python" -m pip install --quiet --no-deps --require-hashes --target "$work/setuptools" -r "$project/requirements-build.lock"
    wheels --require-hashes -r "$project/requirements-runtime.lock"
    wheels "$work/source"
    # By name and not by path, which each package would keep: the folder is called otherwise in each build.
    sed -n 's/^\([a-z0-9][^ ]*==[^ ]*\) .*/\1/p' "$project/requirements-runtime.lock" >"$work/names"
    "$python" -m pip install --quiet --no-index --find-links "$work/wheels" --no-deps --no-compile --target "$packages" \
        -r "$work/names" "livechat==$version"
    rm -rf "$packages/bin" # Scripts that begin with the path of this machine's Python; nor are they on a list.
    sed -i '/^\(\.\.\/\)*bin\//d' "$packages"/*.dist-info/RECORD
    (cd "$project" && "$python" -m deploy.supply.sbom "$tree/sbom.cdx.json" "$@")
    cp "$tree/sbom.cdx.json" "${archive%.tar}.cdx.json"
    mkdir "$tree/bin" && ln -s /usr/bin/python3.11 "$tree/bin/python"
    printf 'home = /usr/bin\ninclude-system-site-packages = false\n' >"$tree/pyvenv.cfg"
    printf '#!%s\nfrom services.cli.__main__ import main\n\nmain()\n' /opt/livechat/bin/python >"$tree/bin/livechat"
    chmod 755 "$tree/bin/livechat"
    # Symbols for debuggers are a tenth of the image. Libraries that a wheel brings along are left as they are.
    find "$packages" -name '*.so' -not -path '*.libs/*' -exec strip --strip-debug {} +
    compile "$laid" "$packages"
    mkdir -p "$laid/var/lib/livechat/files" # A place that a volume may be put on, which then is the user's own.
    settle "$laid"
    # An archive, for COPY would give the folders above those that it copies the time of this build.
    archived 0 opt
    archived 0 --no-recursion var var/lib
    archived 65532 var/lib/livechat
}

wheels() { PYTHONPATH=$work/setuptools "$python" -m pip wheel --quiet --no-deps --no-build-isolation -w "$work/wheels" "$@"; }

archived() { tar -C "$laid" --sort=name --owner="$1" --group="$1" --numeric-owner -rf "$work/context/livechat.tar" "${@:2}"; }

mkdir -p "$work/source" "$work/context" "$tree/lib" "$project/build"
base=${BASE:-$(make_base)}
consists=(--status "$work/root/var/lib/dpkg/status.d")
test -z "${BASE:-}" || consists=(--base "$BASE")
case $base in *sha256:*) ;; *) fail "BASE names an image by its digest, name@sha256:…, and not by a tag that may move." ;; esac
lay_out "${consists[@]}"
# The classic builder: the newer one wants a plug-in that Debian's packages lack.
DOCKER_BUILDKIT=0 docker build --quiet --network=none --file "$here/Containerfile" --tag "$image" \
    --build-arg BASE="$base" --build-arg VERSION="$version" --build-arg REVISION="$revision" "$work/context" >/dev/null
docker save --output "$archive" "$image"
echo "$image ($(($(docker image inspect --format '{{.Size}}' "$image") / 1000000)) MB), and in ${archive#"$project/"}"
