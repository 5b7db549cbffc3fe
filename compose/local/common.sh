# shellcheck shell=bash
#
# common.sh - what the scripts in this folder share: paths, messages, ports, processes.
#
# Sourced, never run. Expects `set -eu`. Needs nothing beyond Debian's essential packages.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
ROOT=$(cd "$HERE/../.." && pwd -P)
PROGRAM=${0##*/}

# The ephemeral range starts at 32768; a port below it is not taken by an outgoing connection.
AUTO_PORT_MIN=20000
AUTO_PORT_MAX=31999

say() { printf '%s: %s\n' "$PROGRAM" "$*"; }
note() { printf '%s: %s\n' "$PROGRAM" "$*" >&2; }
die() { note "$*"; exit 1; }
die_usage() { note "$*"; exit 2; }

# The header comment of a script is its help text.
print_help() { sed -n '3,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }

# absolute_path PATH - PATH made absolute, links resolved as far as it exists.
absolute_path() { realpath -m -- "$1"; }

cache_dir() { absolute_path "${HOLDFAST_CACHE_DIR:-$ROOT/.cache}"; }
run_dir() { absolute_path "${HOLDFAST_RUN_DIR:-$ROOT/.run}"; }

pom_property() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$HERE/pom.xml"; }

# The jars of the pinned version, which install fetches, or those of HOLDFAST_TEST_KAFKA_JARS.
kafka_jar_dir() {
    printf '%s\n' "${HOLDFAST_TEST_KAFKA_JARS:-$(cache_dir)/kafka-$(pom_property kafka.version)}"
}

# ---- promtool -------------------------------------------------------------------------------

promtool_dir() { printf '%s/promtool\n' "$(cache_dir)"; }

# find_promtool - path of the machine's promtool, or of the one that install fetched.
find_promtool() {
    local fetched
    fetched=$(promtool_dir)/promtool
    command -v promtool || { [[ -x $fetched ]] && printf '%s\n' "$fetched"; }
}

# ---- Java -----------------------------------------------------------------------------------

JAVA_VERSION_MIN=17

# java_version JAVA - its feature release, "17"; nothing when it cannot be told.
java_version() {
    local release text
    release=$(dirname "$(dirname "$(readlink -f "$1")")")/release
    if [[ -r $release ]]; then
        text=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release")
    fi
    if [[ -z ${text:-} ]]; then
        text=$("$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
    fi
    printf '%s\n' "$text"
}

# find_java - path of a Java new enough to run the broker; fails when there is none.
find_java() {
    local java version
    for java in "${JAVA_HOME:-/nowhere}/bin/java" "$(command -v java || true)" \
                /usr/lib/jvm/*/bin/java; do
        [[ -n $java && -x $java ]] || continue
        version=$(java_version "$java")
        if [[ $version =~ ^[0-9]+$ ]] && ((version >= JAVA_VERSION_MIN)); then
            printf '%s\n' "$java"
            return 0
        fi
    done
    return 1
}

# kafka_classes - the classes of a broker as a Java reads them fastest, where install could make that.
kafka_classes() { printf '%s/classes.jsa\n' "$(kafka_jar_dir)"; }

# kafka_classes_flags - flags, one a line. Another Java or other jars than it was made of: it is as if
# there were none, and nothing is said.
kafka_classes_flags() {
    local classes
    classes=$(kafka_classes)
    [[ ! -s $classes ]] ||
        printf '%s\n' "-XX:SharedArchiveFile=$classes" -Xlog:cds=off -Xlog:cds+dynamic=off
}

# ---- ports ----------------------------------------------------------------------------------

# port_is_taken PORT - does anything on this machine listen on it?
port_is_taken() {
    local hex
    hex=$(printf ':%04X' "$1")
    # fields: slot, local address, remote address, state; 0A is LISTEN
    awk -v hex="$hex" '$4 == "0A" && substr($2, length($2) - 4) == hex { found = 1 }
                       END { exit !found }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

PORT_FREE_WAIT_S=3

# wait_port_free PORT - a process that was just killed may need a moment to let go of it.
wait_port_free() {
    local deadline=$((SECONDS + PORT_FREE_WAIT_S))
    while port_is_taken "$1"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

check_port_number() {
    if [[ ! $2 =~ ^[1-9][0-9]{0,4}$ ]] || (($2 > 65535)); then
        die_usage "$1 must be 1..65535, got \"$2\""
    fi
}

# choose_port VARIABLE FILE - a port to listen on, kept in FILE for the next time.
#
# The variable wins and must be free; else the kept one; else a free one at random.
choose_port() {
    local variable=$1 file=$2 wanted=${!1:-} kept='' port
    if [[ -n $wanted ]]; then
        check_port_number "$variable" "$wanted"
        if ! wait_port_free "$wanted"; then
            die "port $wanted ($variable) is taken by another process"
        fi
        printf '%s\n' "$wanted" >"$file"
        return 0
    fi
    [[ -r $file ]] && read -r kept <"$file"
    if [[ -n $kept ]]; then
        wait_port_free "$kept" && return 0
        note "port $kept of the last run is taken by another process; taking a new one"
    fi
    for _ in {1..200}; do
        port=$((AUTO_PORT_MIN + RANDOM % (AUTO_PORT_MAX - AUTO_PORT_MIN + 1)))
        if ! port_is_taken "$port"; then
            printf '%s\n' "$port" >"$file"
            return 0
        fi
    done
    die "no free port found in $AUTO_PORT_MIN..$AUTO_PORT_MAX; set $variable"
}

# ---- processes ------------------------------------------------------------------------------

# process_has_argument PID WORD - is PID alive, with exactly WORD among its arguments?
#
# In the middle of an exec it has none: a moment later it is asked again. A zombie has none for good.
process_has_argument() {
    local argument state
    local -a arguments=()
    [[ $1 =~ ^[0-9]+$ ]] || return 1
    for _ in {1..100}; do
        { mapfile -d '' -t arguments <"/proc/$1/cmdline"; } 2>/dev/null || return 1
        ((${#arguments[@]} == 0)) || break
        { read -r state <"/proc/$1/stat"; } 2>/dev/null || return 1
        [[ ${state##*) } != [ZX]* ]] || return 1
        sleep 0.01
    done
    for argument in "${arguments[@]}"; do
        [[ $argument == "$2" ]] && return 0
    done
    return 1
}

# pid_from FILE WORD - the process id on the first line of FILE, if that process has WORD
# among its arguments. Process ids are reused and folders are copied: never trust the file alone.
pid_from() {
    local pid=''
    [[ -r $1 ]] || return 1
    read -r pid <"$1" || true
    process_has_argument "$pid" "$2" || return 1
    printf '%s\n' "$pid"
}

# wait_gone SECONDS PID... - true once none of them is alive.
wait_gone() {
    local deadline=$((SECONDS + $1)) pid
    shift
    for pid in "$@"; do
        while is_alive "$pid"; do
            ((SECONDS < deadline)) || return 1
            sleep 0.02
        done
    done
}

# is_alive PID - running, and not merely waiting to be reaped. Where the first thread is gone but
# others are still ending, the process yet holds its ports and locks: alive.
is_alive() {
    local stat
    local -a threads=()
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    [[ ${stat##*) } == [ZX]* ]] || return 0
    threads=("/proc/$1/task/"*)
    ((${#threads[@]} > 1))
}

# close_inherited - close every descriptor but the three standard ones.
close_inherited() {
    local path fd
    for path in "/proc/$BASHPID/fd/"*; do
        fd=${path##*/}
        if ((fd > 2)); then
            eval "exec $fd>&-"
        fi
    done
}

# launch PIDFILE LOGFILE COMMAND... - start a daemon in a session of its own.
#
# It holds none of our descriptors (a pipe of make's or CI's would otherwise never close) and
# writes its own process id before it becomes COMMAND, so that no kill of ours can lose it.
launch() {
    local pidfile=$1 logfile=$2
    shift 2
    keep_log_small "$logfile"
    rm -f "$pidfile"
    (
        cd /
        close_inherited
        # shellcheck disable=SC2016  # expanded by the inner shell
        exec setsid bash -c 'echo $$ >"$0" && exec "$@"' "$pidfile" "$@"
    ) </dev/null >>"$logfile" 2>&1 &
    disown # it is a daemon, no job whose end this shell would report
}

LOG_BYTES_MAX=20000000

keep_log_small() {
    if [[ -f $1 ]] && (($(stat -c %s "$1") > LOG_BYTES_MAX)); then
        mv -f "$1" "$1.old"
    fi
}

# ---- the run folder -------------------------------------------------------------------------

LOCK_WAIT_S=120

# lock_run - one up or down at a time per run folder. What we start in the foreground inherits
# the lock: after a kill of ours, the next one waits for it to end. Daemons do not (see launch).
lock_run() {
    while :; do
        exec {LOCK_FD}>>"$RUN/lock"
        flock -w "$LOCK_WAIT_S" "$LOCK_FD" || die "another up or down is busy in $RUN"
        # a purge may have removed the file while we waited for it
        [[ "/proc/$BASHPID/fd/$LOCK_FD" -ef "$RUN/lock" ]] && return 0
        exec {LOCK_FD}>&-
        mkdir -p "$RUN"
    done
}
