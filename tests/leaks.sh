# shellcheck shell=bash
#
# leaks.sh - what no program, no server and no page may say: in tests what is a secret is called
# canary-..., and the private databases have passwords. Sourced.

canaries() { # FILE... that the servers' addresses stand in
	echo canary
	sed -n "s|^export DATABASE_URL='[a-z]*://[^:]*:\([0-9a-f]*\)@.*|\1|p" "$@" 2>/dev/null
}
# The files of these, and in these folders, that have one of the lines of SECRETS.
leaks() { # SECRETS PATH...
	local secrets=$1
	shift
	find "$@" -type f -size +0 -exec grep -lF "$secrets" {} + 2>/dev/null
}
told() { # SECRETS FILE
	echo "a secret is in $2: $(grep -m 1 -hF "$1" "$2" | cut -c 1-300)"
}
