#!/bin/sh
# Makes the secrets of an installation in a folder, as one-machine/prepare.sh does (what is there already stays), and
# prints them as Secrets, for `kubectl apply`:
#   POSTGRES=db.internal:5432 POSTGRES_QUERY='?sslmode=verify-full' deploy/secrets.sh FOLDER
# Files that come from elsewhere are put there first: in the folder of a service, in `topics`, `operator-kafka`,
# `autoscaler` and `ca`.
# With CNPG=yes the passwords of the databases' roles are printed as well, as CloudNativePG takes them. Needs openssl.
set -eu

place=$1
BACKUPS='' "$(dirname "$0")/one-machine/prepare.sh" "$place" >&2

begin() { # A Secret of this name and type.
    printf -- '---\napiVersion: v1\nkind: Secret\ntype: %s\nmetadata:\n  name: %s\n' "$2" "$1"
    printf '  labels: { app.kubernetes.io/part-of: livechat }\ndata:\n'
}

key() { printf '  %s: "%s"\n' "$1" "$(base64 <"$2" | tr -d '\n')"; }

folder() { # A Secret of all files of a folder, but for those that another Secret holds; none where there is no file.
    test -n "$(ls "$place/$2" 2>/dev/null)" || return 0
    begin "$1" Opaque
    for file in "$place/$2"/*; do
        case ${file##*/} in "$3") ;; *) key "${file##*/}" "$file" ;; esac
    done
}

role() { # A password as CloudNativePG takes it.
    begin "$1" kubernetes.io/basic-auth
    printf '%s' "$2" >"$new" && key username "$new"
    tr -d '\n' <"$place/postgres/$2" >"$new" && key password "$new"
}

new=$(mktemp)
trap 'rm -f "$new"' EXIT

for owner in "$place"/*-owner; do
    service=${owner##*/} && service=${service%-owner}
    folder "$service" "$service" LIVECHAT_TOKEN_PUBLIC_KEYS
    begin "$service-owner" Opaque
    for file in "$owner"/*_OWNER_DATABASE; do key "${file##*/}" "$file"; done
    test "${CNPG:-no}" = yes || continue
    role "$service-app-password" "livechat_$service"
    role "$service-worker-password" "livechat_${service}_worker"
    role "$service-owner-password" "livechat_${service}_owner"
done
begin livechat-tokens Opaque
key LIVECHAT_TOKEN_PUBLIC_KEYS "$place/gateway/LIVECHAT_TOKEN_PUBLIC_KEYS"
begin livechat-backup Opaque
key LIVECHAT_BACKUP_KEY "$place/operator/LIVECHAT_BACKUP_KEY"
folder topics topics ''
folder livechat-ca ca ''
folder livechat-operator operator-kafka ''
folder livechat-autoscaler autoscaler ''
