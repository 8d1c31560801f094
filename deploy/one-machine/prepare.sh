#!/bin/sh
# Makes the secrets of an installation in the folder `secrets`, or in the one that is named: what is there already stays.
# Beside it the folder `backups`, which the command line writes to; BACKUPS names another one, or none.
# POSTGRES says where PostgreSQL is, if it is not the one of compose.yaml, and POSTGRES_QUERY how it is spoken to (TLS).
# To have a password changed, remove its file in secrets/postgres and run this again. Needs openssl.
set -eu
umask 022

place=${1:-$(dirname "$0")/secrets}
services="conversation crm gateway notifier playbook presence"
new=$(mktemp)
trap 'rm -f "$new"' EXIT

# Containers have users of their own, who read what is below; on this machine nobody else comes through the folder.
mkdir -p "$place"
chmod 700 "$place"

# Backups are sealed, and each is its owner's alone: the user of our containers, whom only root can give the folder to.
backups=${BACKUPS-$(dirname "$place")/backups}
test -z "$backups" || mkdir -p "$backups"
if test -n "$backups" && test "$(stat -c %u "$backups")" != 65532; then
    if chown 65532:65532 "$backups" 2>/dev/null; then chmod 700 "$backups"; else chmod 1777 "$backups"; fi
fi

put() { # A file of what comes in, if it is not that already; in its place at once, for it may be read at any moment.
    cat >"$new"
    mkdir -p "$(dirname "$place/$1")"
    cmp -s "$new" "$place/$1" && return
    cp "$new" "$place/$1.new" && chmod 444 "$place/$1.new" && mv "$place/$1.new" "$place/$1"
}

once() { # A file of what a command makes, if it is not there yet.
    file=$1 && shift
    test -s "$place/$file" || "$@" | put "$file"
}

also() { cat "$place/$1" | put "$2"; }

url() {
    printf 'postgresql://%s:%s@%s/%s%s' "$1" "$(cat "$place/postgres/$1")" "${POSTGRES:-postgres:5432}" "$2" "${POSTGRES_QUERY:-}"
}

once postgres/POSTGRES_PASSWORD openssl rand -hex 24
once gateway/LIVECHAT_TOKEN_SIGNING_KEY openssl genpkey -algorithm ed25519
once gateway/LIVECHAT_TOKEN_KID echo 1
once gateway/LIVECHAT_GATEWAY_EMAIL_SECRET openssl rand -hex 32
once notifier/LIVECHAT_NOTIFIER_VAPID_KEY openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256
once gateway/LIVECHAT_TOKEN_PUBLIC_KEYS sh -c '
    printf "{\"%s\": \"%s\"}" "$(cat "$1/LIVECHAT_TOKEN_KID")" \
        "$(openssl pkey -in "$1/LIVECHAT_TOKEN_SIGNING_KEY" -pubout | awk "{ printf \"%s\\\\n\", \$0 }")"' sh "$place/gateway"

mkdir -p "$place/topics"
for service in $services; do
    upper=$(echo "$service" | tr '[:lower:]' '[:upper:]')
    database=livechat_$service
    for role in "$database" "${database}_worker" "${database}_owner"; do
        once "postgres/$role" openssl rand -hex 24
    done
    url "$database" "$database" | put "$service/LIVECHAT_${upper}_DATABASE"
    url "${database}_worker" "$database" | put "$service/LIVECHAT_${upper}_WORKER_DATABASE"
    url "${database}_owner" "$database" | put "$service-owner/LIVECHAT_${upper}_OWNER_DATABASE"
    # A migration asks these two for the names of roles alone.
    for name in DATABASE WORKER_DATABASE; do
        also "$service/LIVECHAT_${upper}_$name" "$service-owner/LIVECHAT_${upper}_$name"
    done
    test "$service" = gateway || also gateway/LIVECHAT_TOKEN_PUBLIC_KEYS "$service/LIVECHAT_TOKEN_PUBLIC_KEYS"
done
# People at the command line look at everything, and they alone make backups.
once operator/LIVECHAT_BACKUP_KEY openssl rand -base64 32
for service in $services; do
    for file in "$place/$service"/*; do
        also "$service/${file##*/}" "operator/${file##*/}"
    done
done
