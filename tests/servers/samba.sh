#!/usr/bin/env bash
# Throw-away Samba for tests: loopback only, high port, own state dir, pid-file stop.
#   samba.sh install|start|stop|status|reset
# Packages (Debian 12/13): samba smbclient   (no systemd, no nmbd, no winbindd)
# Needs root only for: useradd (one OS account per SMB user), mount tmpfs (full disk).
set -euo pipefail
ROOT=${SMB_ROOT:?set SMB_ROOT to a directory for this server}
PORT=${SMB_PORT:-1445}
DOMAIN=${SMB_DOMAIN:-PRINTDOM}
PW_RW=${SMB_PW_RW:-Rw-Secret-1}
PW_RO=${SMB_PW_RO:-Ro-Secret-1}
PID=$ROOT/run/smbd.pid      # smbd names it smbd.pid when the config is called smb.conf, else smbd-<name>.pid

install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # policy-rc.d 101 would stop services being started; in containers none is
  apt-get install -y --no-install-recommends samba smbclient >/dev/null
}

conf() {
  cat >"$ROOT/smb.conf" <<EOF
[global]
  workgroup = $DOMAIN
  netbios name = FLSTEST
  server role = standalone server
  security = user
  passdb backend = tdbsam:$ROOT/private/passdb.tdb
  # loopback only, high port, no NetBIOS
  interfaces = lo
  bind interfaces only = yes
  smb ports = $PORT
  disable netbios = yes
  # everything below our own directory
  private dir = $ROOT/private
  state directory = $ROOT/state
  cache directory = $ROOT/cache
  lock directory = $ROOT/lock
  pid directory = $ROOT/run
  ncalrpc dir = $ROOT/ncalrpc
  usershare max shares = 0
  log file = $ROOT/log/log.%m
  # one line for each log-on
  log level = 1 auth_audit:3
  max log size = 1000
  logging = file
  # protocol
  server min protocol = SMB2_10
  server max protocol = ${SMB_PROTOCOL:-SMB3_11}
  server signing = mandatory
  server smb encrypt = ${SMB_ENCRYPT:-desired}
  ntlm auth = ntlmv2-only
  map to guest = Never
  restrict anonymous = 2
  load printers = no
  printing = bsd
  printcap name = /dev/null
  disable spoolss = yes
  # durability: SMB2 FLUSH -> fsync(2)
  strict sync = yes
  sync always = no
  # no oplock surprises between clients in tests
  kernel oplocks = no
  rpc start on demand helpers = false

[DroppedLicense]
  path = $ROOT/shares/dropped
  valid users = flswriter flsreader
  read only = no
  read list = flsreader
  create mask = 0664
  directory mask = 0775
  force group = flsgroup

[ReadOnlyShare]
  path = $ROOT/shares/ro
  valid users = flswriter flsreader
  read only = yes

[AclDenied]
  # share says writable, file system says no  (NT_STATUS_ACCESS_DENIED at create)
  path = $ROOT/shares/acl
  valid users = flswriter flsreader
  read only = no

[FullDisk]
  path = $ROOT/shares/full
  valid users = flswriter
  read only = no
  strict allocate = yes

[FullSparse]
  # same full disk, default (sparse) allocation: the error comes at write, not at allocate
  path = $ROOT/shares/full
  valid users = flswriter
  read only = no

[EncryptedOnly]
  path = $ROOT/shares/enc
  valid users = flswriter
  read only = no
  server smb encrypt = required
EOF
}

users() {
  getent group flsgroup >/dev/null || groupadd --system flsgroup
  for u in flswriter flsreader; do
    id -u $u >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin -G flsgroup $u
  done
  add() { printf '%s\n%s\n' "$2" "$2" | smbpasswd -c "$ROOT/smb.conf" -L -s -a "$1" >/dev/null; }
  add flswriter "$PW_RW"; add flsreader "$PW_RO"
}

dirs() {
  mkdir -p "$ROOT"/{private,state,cache,lock,run,ncalrpc,log,shares/{dropped,ro,acl,full,enc}}
  chmod 700 "$ROOT/private"
  mountpoint -q "$ROOT/shares/full" || mount -t tmpfs -o size=64k,mode=0777 tmpfs "$ROOT/shares/full"
  chgrp flsgroup "$ROOT"/shares/{dropped,ro,enc}; chmod 2775 "$ROOT"/shares/{dropped,ro,enc}
  chown root:root "$ROOT/shares/acl"; chmod 0755 "$ROOT/shares/acl"
  echo "read me" >"$ROOT/shares/ro/existing.lic"; chmod 0664 "$ROOT/shares/ro/existing.lic"
  # fill the small tmpfs: dd stops at ENOSPC
  dd if=/dev/zero of="$ROOT/shares/full/filler" bs=4k 2>/dev/null || true
}

start() {
  mkdir -p "$ROOT"; conf; mkdir -p "$ROOT/private" "$ROOT/state" "$ROOT/cache" "$ROOT/lock"
  users; dirs
  testparm -s "$ROOT/smb.conf" >/dev/null 2>"$ROOT/log/testparm" || { cat "$ROOT/log/testparm"; exit 1; }
  # A process group of its own: at its end, smbd ends the whole group.
  smbd -D -s "$ROOT/smb.conf"
  for _ in $(seq 50); do
    (exec 3<>/dev/tcp/127.0.0.1/$PORT) 2>/dev/null && { echo "smbd up on 127.0.0.1:$PORT pid $(cat "$PID")"; return; }
    sleep 0.1
  done
  echo "smbd did not come up"; tail -20 "$ROOT"/log/*; exit 1
}

stop() {
  if [ -f "$PID" ]; then
    p=$(cat "$PID"); kill "$p" 2>/dev/null || true
    for _ in $(seq 50); do kill -0 "$p" 2>/dev/null || break; sleep 0.1; done
  fi
  mountpoint -q "$ROOT/shares/full" && umount "$ROOT/shares/full" || true
}

case ${1:-start} in
  install) install;; start) start;; stop) stop;;
  status) [ -f "$PID" ] && kill -0 "$(cat "$PID")" && echo running || echo stopped;;
  reset) stop; rm -rf "$ROOT"; start;;
  *) echo "usage: $0 install|start|stop|status|reset"; exit 2;;
esac
