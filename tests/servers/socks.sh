#!/bin/bash
# Real SOCKS servers on loopback ports: microsocks (version 5, user and password) and dante (4, 4a and 5, no login).
# usage: socks.sh serve DIR      prints "ready" and serves until its standard input ends
# Ports come from the environment: MICRO_PORT, DANTE_PORT.
set -euo pipefail
for program in microsocks:microsocks danted:dante-server; do
  PATH=$PATH:/usr/sbin command -v "${program%:*}" >/dev/null || { echo "missing: apt-get install --no-install-recommends ${program#*:}" >&2; exit 1; }
done
D=$(realpath -m "$2") PATH=$PATH:/usr/sbin
listening() { for p in "$@"; do for _ in $(seq 200); do (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null && continue 2; sleep .05; done; return 1; done; }
cat >"$D/danted.conf" <<E2
logoutput: $D/dante.log
internal: 127.0.0.1 port = $DANTE_PORT
external: lo
clientmethod: none
socksmethod: none
client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
socks block { from: 0.0.0.0/0 to: 127.0.0.0/8 port = 1 }
socks pass { from: 127.0.0.0/8 to: 127.0.0.0/8 protocol: tcp }
E2
microsocks -i 127.0.0.1 -p "$MICRO_PORT" -u alice -P 'S3cret!pw' 2>"$D/microsocks.log" & micro=$!
danted -f "$D/danted.conf" >"$D/dante.out" 2>&1 & dante=$!
trap 'kill $micro $dante 2>/dev/null' EXIT
listening "$MICRO_PORT" "$DANTE_PORT"
echo ready
cat >/dev/null # until whoever started us closes the pipe or dies
