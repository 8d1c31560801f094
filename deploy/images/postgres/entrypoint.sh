#!/bin/sh
# Makes the cluster and its database where there is none, then becomes the server.
set -eu

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}

if ! test -s "$PGDATA/PG_VERSION"; then
    password=/tmp/password
    test -z "${POSTGRES_PASSWORD_FILE:-}" || POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
    (umask 077 && printf '%s' "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD is not set}" >"$password")
    initdb -D "$PGDATA" -U "$user" -A scram-sha-256 --pwfile="$password" -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    rm "$password"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    if test "$database" != postgres; then
        # As the only session, before anybody can connect: no moment at which the server answers without the database.
        printf 'CREATE DATABASE "%s";\n' "$database" | postgres --single -D "$PGDATA" postgres >/dev/null
    fi
fi

exec "$@"
