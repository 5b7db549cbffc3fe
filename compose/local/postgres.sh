# shellcheck shell=bash
#
# postgres.sh - one private PostgreSQL under the run folder: prepare, start, ask, stop.
#
# Knows: its own folder $RUN/postgres. Doesn't know: Kafka, other clusters of this machine.
# As root the server runs as user postgres, who must be able to reach its data; where the run
# folder is out of that user's reach, the data lie in a folder under /var/tmp, named in
# $RUN/postgres/elsewhere.

unset "${!PG@}" # no setting of the caller's may lead psql or initdb elsewhere

POSTGRES_VERSION_MIN=15 # as the programs ask for
POSTGRES_USER=postgres
POSTGRES_DIR=$RUN/postgres
POSTGRES_PIDFILE=$POSTGRES_DIR/pid
POSTGRES_LOG=$POSTGRES_DIR/log
POSTGRES_PORTFILE=$POSTGRES_DIR/port

# postgres_bin - folder of the server's programs: of the data's own version once there are data.
postgres_bin() {
    local data dir version wanted='' best='' best_version=0
    data=$(postgres_data)
    # as root the folder may belong to postgres; root reads it all the same
    [[ -r $data/PG_VERSION ]] && read -r wanted <"$data/PG_VERSION"
    local -a dirs=(/usr/lib/postgresql/*/bin "$(dirname "$(command -v postgres || echo /nowhere/x)")")
    [[ -z ${HOLDFAST_TEST_POSTGRES_BIN:-} ]] || dirs=("$HOLDFAST_TEST_POSTGRES_BIN")
    for dir in "${dirs[@]}"; do
        [[ -x $dir/postgres && -x $dir/initdb ]] || continue
        version=$("$dir/postgres" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
        if [[ $version == "$wanted" ]]; then
            printf '%s\n' "$dir"
            return 0
        fi
        if ((version >= POSTGRES_VERSION_MIN && version > best_version)); then
            best=$dir best_version=$version
        fi
    done
    [[ -z $wanted ]] || die "the data in $data need PostgreSQL $wanted, which is not installed"
    [[ -n $best ]] || return 1
    printf '%s\n' "$best"
}

postgres_data() {
    local elsewhere='' owner=''
    [[ -r $POSTGRES_DIR/elsewhere ]] && read -r elsewhere <"$POSTGRES_DIR/elsewhere"
    if [[ -n $elsewhere ]]; then
        # a copy of this run folder must not share the data of the one it was copied from
        { read -r owner <"$elsewhere/owner"; } 2>/dev/null || true
        if [[ $owner == "$RUN" ]]; then
            printf '%s/data\n' "$elsewhere"
            return 0
        fi
    fi
    printf '%s/data\n' "$POSTGRES_DIR"
}

# as_postgres COMMAND... - as the user who may run the server, from a folder anyone can enter.
as_postgres() {
    if ((EUID == 0)); then
        (cd / && exec setpriv --reuid "$POSTGRES_USER" --regid "$POSTGRES_USER" --init-groups -- "$@")
    else
        (cd / && exec "$@")
    fi
}

postgres_check_installed() {
    local how="run compose/local/install servers"
    postgres_bin >/dev/null ||
        die "no PostgreSQL server of version $POSTGRES_VERSION_MIN or later is installed: $how"
    if ((EUID == 0)) && ! id -u "$POSTGRES_USER" >/dev/null 2>&1; then
        die "the server does not run as root, and there is no user $POSTGRES_USER: $how"
    fi
}

postgres_is_prepared() { [[ -d $(postgres_data) ]]; }

# postgres_place - print an empty folder next to which the data will lie, owned by the server.
postgres_place() {
    local place=$POSTGRES_DIR/data.new
    rm -rf "$place"
    mkdir -m 700 "$place"
    if ((EUID == 0)); then
        if ! chown "$POSTGRES_USER:" "$place" 2>/dev/null || ! as_postgres test -w "$place"; then
            rm -rf "$place"
            place=$(mktemp -d /var/tmp/holdfast-postgres.XXXXXX)
            chmod 755 "$place"
            printf '%s\n' "$RUN" >"$place/owner"
            printf '%s\n' "$place" >"$POSTGRES_DIR/elsewhere"
            place=$place/data.new
            mkdir -m 700 "$place"
            chown "$POSTGRES_USER:" "$place"
        else
            rm -f "$POSTGRES_DIR/elsewhere"
        fi
    fi
    printf '%s\n' "$place"
}

# postgres_prepare - make the cluster, the role and the database; all of it or nothing.
#
# The role and the database are made in single-user mode: no superuser can log in later.
postgres_prepare() {
    local place bin password
    place=$(postgres_place)
    bin=$(postgres_bin)
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && printf '%s\n' "$password" >"$POSTGRES_DIR/password")
    as_postgres env LC_ALL=C.UTF-8 "$bin/initdb" --pgdata="$place" --username=postgres \
        --encoding=UTF8 --locale=C.UTF-8 --lc-messages=C --auth=reject
    as_postgres "$bin/postgres" --single -D "$place" -c exit_on_error=on postgres <<SQL
CREATE ROLE holdfast LOGIN CREATEDB PASSWORD '$password'
CREATE DATABASE holdfast OWNER holdfast
SQL
    # initdb's own file stays the base: it knows which shared memory works here
    printf "include 'holdfast.conf'\n" >>"$place/postgresql.conf"
    mv "$place" "${place%.new}"
}

postgres_pid() {
    local data
    data=$(postgres_data)
    pid_from "$POSTGRES_PIDFILE" "$data" || pid_from "$data/postmaster.pid" "$data"
}

postgres_choose_ports() { choose_port HOLDFAST_PG_PORT "$POSTGRES_PORTFILE"; }

postgres_port() { cat "$POSTGRES_PORTFILE"; }

postgres_check_port_kept() {
    local port
    port=$(postgres_port)
    if [[ ${HOLDFAST_PG_PORT:-$port} != "$port" ]]; then
        die "PostgreSQL runs on port $port, HOLDFAST_PG_PORT asks for $HOLDFAST_PG_PORT: down first"
    fi
}

# postgres_processes - ids of all server processes that work in our data folder. A killed server's
# sessions may outlive it for a moment, and no other id of theirs leads to them.
postgres_processes() {
    local data entry pid
    data=$(postgres_data)
    for entry in /proc/[0-9]*/cwd; do
        pid=${entry#/proc/}
        pid=${pid%/cwd}
        if [[ $entry -ef $data && $(readlink "/proc/$pid/exe") == */postgres ]]; then
            printf '%s\n' "$pid"
        fi
    done
}

# postgres_end_orphans - two servers' sessions in one data folder would ruin it.
postgres_end_orphans() {
    local -a pids
    mapfile -t pids < <(postgres_processes)
    ((${#pids[@]} > 0)) || return 0
    kill -KILL "${pids[@]}" 2>/dev/null || true
    wait_gone 10 "${pids[@]}"
}

# postgres_start - launch the server; returns at once. Nobody of ours runs on these data.
postgres_start() {
    local data bin
    data=$(postgres_data)
    bin=$(postgres_bin)
    postgres_end_orphans || die "processes of a killed server do not end; they work in $data"
    # left by a kill; the server would refuse to start if its process id were in use again
    rm -f "$data/postmaster.pid"
    install -m 644 "$HERE/holdfast.conf" "$HERE/pg_hba.conf" "$data/"
    local -a command=("$bin/postgres" -D "$data" -p "$(postgres_port)")
    if ((EUID == 0)); then
        command=(setpriv --reuid "$POSTGRES_USER" --regid "$POSTGRES_USER" --init-groups -- "${command[@]}")
    fi
    launch "$POSTGRES_PIDFILE" "$POSTGRES_LOG" "${command[@]}"
}

postgres_url() {
    printf 'postgresql://holdfast:%s@127.0.0.1:%s/holdfast\n' \
        "$(cat "$POSTGRES_DIR/password")" "$(postgres_port)"
}

# postgres_answers - does it run a query?
postgres_answers() {
    local answer
    local psql
    psql=$(postgres_bin)/psql
    [[ -x $psql ]] || psql=psql
    answer=$(PGCONNECT_TIMEOUT=3 "$psql" -X -A -t -q -c 'SELECT 1' "$(postgres_url)" 2>/dev/null) &&
        [[ $answer == 1 ]]
}

postgres_signal_stop() { kill -INT "$1" 2>/dev/null || true; }

# postgres_kill PID - as a crash would: the server and its sessions at once, no shutdown.
postgres_kill() {
    kill -KILL "$1" 2>/dev/null || true
    wait_gone 10 "$1" && postgres_end_orphans
}

postgres_purge() {
    local data
    data=$(postgres_data)
    rm -rf "$data"
    if [[ $data != "$POSTGRES_DIR/data" ]]; then
        rm -rf "$(dirname "$data")"
    fi
}
