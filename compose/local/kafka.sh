# shellcheck shell=bash
#
# kafka.sh - one private Kafka broker, its own controller, under the run folder.
#
# Knows: its own folder $RUN/kafka and the jars that install fetched. Doesn't know: PostgreSQL.
# Runs as the user who calls up.

KAFKA_DIR=$RUN/kafka
KAFKA_PIDFILE=$KAFKA_DIR/pid
KAFKA_LOG=$KAFKA_DIR/log
KAFKA_DATA=$KAFKA_DIR/data
KAFKA_PORTFILE=$KAFKA_DIR/port
KAFKA_CONTROLLER_PORTFILE=$KAFKA_DIR/controller-port
KAFKA_PROXY_PORTFILE=$KAFKA_DIR/proxy-port
KAFKA_PROXIED_PORTFILE=$KAFKA_DIR/proxied-port
KAFKA_PROPERTIES=$KAFKA_DIR/server.properties
KAFKA_ANSWER_WAIT_S=3

kafka_check_installed() {
    local how="run compose/local/install servers"
    find_java >/dev/null || die "no Java of version $JAVA_VERSION_MIN or later is installed: $how"
    [[ -d $(kafka_jar_dir) ]] || die "no Kafka jars in $(kafka_jar_dir): $how"
    [[ $RUN != *,* ]] || die "Kafka does not take a data folder with a comma in its name: $RUN"
}

kafka_is_prepared() { [[ -d $KAFKA_DATA ]]; }

# kafka_write_properties DATA FILE
kafka_write_properties() {
    local port controller_port listeners advertised
    port=$(kafka_port)
    controller_port=$(cat "$KAFKA_CONTROLLER_PORTFILE")
    {
        cat "$HERE/kafka.properties"
        printf 'log.dirs=%s\n' "${1//\\/\\\\}"
        listeners=BROKER://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port
        advertised=BROKER://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port
        if [[ -n ${HOLDFAST_KAFKA_PROXY_PORT:-} ]]; then
            listeners+=,PROXIED://127.0.0.1:$(cat "$KAFKA_PROXIED_PORTFILE")
            advertised+=,PROXIED://127.0.0.1:$(cat "$KAFKA_PROXY_PORTFILE")
        fi
        printf 'listeners=%s\n' "$listeners"
        printf 'advertised.listeners=%s\n' "$advertised"
        printf 'controller.quorum.voters=1@127.0.0.1:%s\n' "$controller_port"
        [[ -z ${HOLDFAST_KAFKA_MORE:-} ]] || cat "$HOLDFAST_KAFKA_MORE"
    } >"$2"
}

# kafka_java CLASS ARGUMENT... - print the command line, one NUL-ended word each.
kafka_java() {
    local -a classes
    mapfile -t classes < <(kafka_classes_flags)
    printf '%s\0' "$(find_java)" "${classes[@]}" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
        -Djava.awt.headless=true -Dlog4j2.configurationFile="file://$HERE/log4j2.properties" \
        -Dholdfast.log.level="${KAFKA_LOG_LEVEL:-INFO}" -cp "$(kafka_jar_dir)/*" "$@"
}

# kafka_prepare - format an empty data folder; a finished one or none.
kafka_prepare() {
    local id
    local -a command
    rm -rf "$KAFKA_DATA.new"
    mkdir "$KAFKA_DATA.new"
    kafka_write_properties "$KAFKA_DATA.new" "$KAFKA_DIR/format.properties"
    # 16 random bytes in the URL's base 64; a leading dash would read as a flag
    id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | cut -c 1-22)
    mapfile -d '' -t command < <(KAFKA_LOG_LEVEL=WARN kafka_java kafka.tools.StorageTool format \
        --cluster-id "${id/#-/A}" --config "$KAFKA_DIR/format.properties")
    "${command[@]}"
    rm -f "$KAFKA_DIR/format.properties"
    mv "$KAFKA_DATA.new" "$KAFKA_DATA"
}

kafka_pid() { pid_from "$KAFKA_PIDFILE" "$KAFKA_PROPERTIES"; }

kafka_choose_ports() {
    choose_port HOLDFAST_KAFKA_PORT "$KAFKA_PORTFILE"
    choose_port HOLDFAST_KAFKA_CONTROLLER_PORT "$KAFKA_CONTROLLER_PORTFILE"
    if [[ -n ${HOLDFAST_KAFKA_PROXY_PORT:-} ]]; then
        choose_port HOLDFAST_KAFKA_PROXIED_PORT "$KAFKA_PROXIED_PORTFILE"
        # shellcheck disable=SC2034  # read by name
        [[ $HOLDFAST_KAFKA_PROXY_PORT != auto ]] || local HOLDFAST_KAFKA_PROXY_PORT=
        # the proxy itself may be listening already
        [[ -n $HOLDFAST_KAFKA_PROXY_PORT ]] || [[ -r $KAFKA_PROXY_PORTFILE ]] ||
            choose_port HOLDFAST_KAFKA_PROXY_PORT "$KAFKA_PROXY_PORTFILE"
        [[ -z $HOLDFAST_KAFKA_PROXY_PORT ]] ||
            printf '%s\n' "$HOLDFAST_KAFKA_PROXY_PORT" >"$KAFKA_PROXY_PORTFILE"
    fi
    [[ $(kafka_port) != $(cat "$KAFKA_CONTROLLER_PORTFILE") ]] ||
        die "broker and controller need two ports, both are $(kafka_port)"
}

kafka_port() { cat "$KAFKA_PORTFILE"; }

kafka_check_port_kept() {
    local port
    port=$(kafka_port)
    if [[ ${HOLDFAST_KAFKA_PORT:-$port} != "$port" ]]; then
        die "Kafka runs on port $port, HOLDFAST_KAFKA_PORT asks for $HOLDFAST_KAFKA_PORT: down first"
    fi
}

# HOLDFAST_KAFKA_CLASSES_TO: a file where it leaves, as it ends, the classes that it had loaded.
kafka_start() {
    local -a command
    kafka_write_properties "$KAFKA_DATA" "$KAFKA_PROPERTIES"
    mapfile -d '' -t command < <(
        kafka_java ${HOLDFAST_KAFKA_CLASSES_TO:+"-XX:ArchiveClassesAtExit=$HOLDFAST_KAFKA_CLASSES_TO"} \
            kafka.Kafka "$KAFKA_PROPERTIES")
    launch "$KAFKA_PIDFILE" "$KAFKA_LOG" "${command[@]}"
}

# kafka_answers - does the broker answer a metadata request and name itself as ready?
#
# Request: size 25, key 3 (Metadata), version 1, correlation 7, client "holdfast-up", no topics.
# Answer: size, correlation, number of brokers that take work; 0 until the broker is ready.
kafka_answers() {
    local answer
    # shellcheck disable=SC2016  # expanded by the inner shell
    answer=$(timeout "$KAFKA_ANSWER_WAIT_S" bash -c '
        exec 3<>"/dev/tcp/127.0.0.1/$0" || exit 1
        printf "\0\0\0\031\0\003\0\001\0\0\0\007\0\013holdfast-up\0\0\0\0" >&3
        head -c 12 <&3 | od -An -tx1' "$(kafka_port)" 2>/dev/null | tr -d ' \n')
    [[ $answer == ????????0000000700000001 ]]
}

kafka_signal_stop() { kill -TERM "$1" 2>/dev/null || true; }

kafka_kill() {
    kill -KILL "$1" 2>/dev/null || true
    wait_gone 10 "$1"
}

kafka_purge() { rm -rf "$KAFKA_DATA"; }
