#!/bin/sh
# Makes for each service a database and its three roles where they are missing, and gives roles the passwords in the
# folder PASSWORDS: a file for each role, and the administrator's. The PG… variables say where the server is.
set -eu

PGPASSWORD=$(cat "$PASSWORDS/POSTGRES_PASSWORD")
export PGPASSWORD

for owner in "$PASSWORDS"/*_owner; do
    database=${owner##*/} && database=${database%_owner}
    APP=$PASSWORDS/$database WORKER=$PASSWORDS/${database}_worker OWNER=$owner \
        psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --set=database="$database" <<'SQL'
SET client_min_messages = warning;
\set worker :database _worker
\set owner :database _owner
\set app_password `cat "$APP"`
\set worker_password `cat "$WORKER"`
\set owner_password `cat "$OWNER"`
SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY[:'database', :'worker', :'owner']) AS name
    WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
ALTER ROLE :"database" LOGIN NOBYPASSRLS PASSWORD :'app_password';
ALTER ROLE :"worker" LOGIN BYPASSRLS PASSWORD :'worker_password';
ALTER ROLE :"owner" LOGIN NOBYPASSRLS PASSWORD :'owner_password';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE CONNECT ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"database", :"worker";
SQL
done
