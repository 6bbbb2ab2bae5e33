#!/bin/bash
# Real squid x4 (Basic, NTLM, Negotiate, all three) and an MIT KDC on loopback ports. Root, as squid changes its user.
# usage: proxies.sh serve DIR      prints "ready" and serves until its standard input ends
#        proxies.sh kdc start|stop DIR
#        proxies.sh rekey DIR       the service of the proxies gets a new key
# Ports come from the environment: BASIC_PORT, NTLM_PORT, NEGO_PORT, MULTI_PORT, TLS_PORT, KDC_PORT.
# curl checks: --proxy-basic / --proxy-ntlm with alice:S3cret!pw, --proxy-negotiate -U : after kinit; wrong password -> 407.
# Notes: ntlm_auth --password checks the NTLMv2 response but not the user name; a Kerberos principal needs
# +requires_preauth; name the proxy "localhost" (service principal HTTP/localhost).
set -euo pipefail
for program in squid:squid krb5kdc:krb5-kdc kadmin.local:krb5-admin-server kinit:krb5-user ntlm_auth:winbind openssl:openssl; do
  PATH=$PATH:/usr/sbin command -v "${program%:*}" >/dev/null || { echo "missing: apt-get install --no-install-recommends ${program#*:}" >&2; exit 1; }
done
cmd=$1; [ "$cmd" = kdc ] && { cmd=$1-$2; shift; }
D=$(realpath -m "$2"); BIN=/usr/lib/squid PATH=$PATH:/usr/sbin
BASIC=${BASIC_PORT:-23128} NTLM=${NTLM_PORT:-23129} NEGO=${NEGO_PORT:-23130} MULTI=${MULTI_PORT:-23131} TLS=${TLS_PORT:-23132}
KDC=${KDC_PORT:-18088} REALM=REMOTE.TEST USERN=alice PASS='S3cret!pw' DOM=PRINTDOM
end() { for p in "$@"; do kill "$(cat "$p")" 2>/dev/null || true; rm -f "$p"; done; }
listening() { for p in "$@"; do for _ in $(seq 200); do (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null && continue 2; sleep .05; done; return 1; done; }
kdc() {
  export KRB5_CONFIG=$D/krb/krb5.conf KRB5_KDC_PROFILE=$D/krb/kdc.conf
  krb5kdc -n -r $REALM >>"$D/log/kdc.log" 2>&1 & echo $! >"$D/pid/kdc.pid"
  listening $KDC
}
case $cmd in
  kdc-start) kdc; exit ;;
  kdc-stop) end "$D/pid/kdc.pid"; exit ;;
  rekey)
    export KRB5_CONFIG=$D/krb/krb5.conf KRB5_KDC_PROFILE=$D/krb/kdc.conf; rm "$D/krb/http.keytab"
    kadmin.local -r $REALM -q "ktadd -k $D/krb/http.keytab HTTP/localhost" >/dev/null 2>&1
    chmod 644 "$D/krb/http.keytab"; pkill -P "$(cat "$D/pid/squid-nego.pid")"; exit ;; # squid starts its helpers again
esac
umask 022; mkdir -p "$D"/{pid,krb,log}; cd "$D"
trap 'end "$D"/pid/*.pid' EXIT

# --- KDC (no root needed: everything below $D, high port) -------------------
cat > krb/krb5.conf <<E
[libdefaults]
 default_realm=$REALM
 dns_lookup_realm=false
 dns_lookup_kdc=false
 dns_canonicalize_hostname=false
 rdns=false
 udp_preference_limit=1
 clockskew=1
[logging]
 kdc=FILE:$D/log/kdc.log
[realms]
 $REALM = {
  kdc = 127.0.0.1:$KDC
 }
[domain_realm]
 localhost=$REALM
 .localhost=$REALM
E
cat > krb/kdc.conf <<E
[kdcdefaults]
 kdc_listen=127.0.0.1:$KDC
 kdc_tcp_listen=127.0.0.1:$KDC
[realms]
 $REALM = {
  database_name=$D/krb/principal
  key_stash_file=$D/krb/stash
  acl_file=$D/krb/kadm5.acl
  supported_enctypes=aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
 }
E
export KRB5_CONFIG=$D/krb/krb5.conf KRB5_KDC_PROFILE=$D/krb/kdc.conf
if [ ! -e krb/principal ]; then
  kdb5_util create -s -r $REALM -P masterpw >/dev/null
  kadmin.local -r $REALM -q "addprinc +requires_preauth -pw $PASS $USERN" >/dev/null 2>&1
  kadmin.local -r $REALM -q "addprinc -randkey HTTP/localhost" >/dev/null 2>&1
  kadmin.local -r $REALM -q "ktadd -k $D/krb/http.keytab HTTP/localhost" >/dev/null 2>&1
  chmod 644 krb/http.keytab            # test keytab: squid's "proxy" user must read it
fi
kdc

# --- squid ------------------------------------------------------------------
echo "$USERN:$(openssl passwd -apr1 "$PASS")" >htpasswd
printf '[global]\n netbios name = %s\n workgroup = %s\n server role = standalone server\n ntlm auth = ntlmv2-only\n' $DOM $DOM >smb.conf
P_BASIC="auth_param basic program $BIN/basic_ncsa_auth $D/htpasswd
auth_param basic realm testbed"
# ntlm_auth with --password checks the NTLM response for real and needs neither winbindd nor a domain
P_NTLM="auth_param ntlm program /usr/bin/ntlm_auth --helper-protocol=squid-2.5-ntlmssp --configfile=$D/smb.conf --username=$USERN --domain=$DOM --password=$PASS
auth_param ntlm children 3 startup=1
auth_param ntlm keep_alive on"
P_NEGO="auth_param negotiate program /usr/bin/env KRB5_CONFIG=$D/krb/krb5.conf KRB5RCACHETYPE=none $BIN/negotiate_kerberos_auth -k $D/krb/http.keytab -s HTTP/localhost@$REALM
auth_param negotiate children 3 startup=1
auth_param negotiate keep_alive on"
one() { # name port auth-lines
cat >squid-$1.conf <<E
http_port 127.0.0.1:$2
$3
${4-}
acl authed proxy_auth REQUIRED
acl loop dst 127.0.0.0/8
http_access deny !authed
http_access allow loop
http_access deny all
cache deny all
cache_mem 4 MB
pinger_enable off
netdb_filename none
shutdown_lifetime 1 seconds
visible_hostname localhost
access_log stdio:$D/log/$1-access.log
cache_log $D/log/$1-cache.log
pid_filename none
coredump_dir $D
E
squid -N -n "sq$1" -f "$D/squid-$1.conf" >log/$1.out 2>&1 & echo $! >pid/squid-$1.pid
}
chown -R proxy log; chmod 755 "$D"
# One authority for the proxy over TLS, and its certificate.
key() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "$@" 2>/dev/null; }
key -subj "/CN=Proxy Authority" -addext keyUsage=critical,keyCertSign -keyout ca-key.pem -out proxy-ca.pem
key -subj "/CN=proxy" -CA proxy-ca.pem -CAkey ca-key.pem -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost \
  -keyout proxy-key.pem -out proxy.pem; chmod 644 proxy-key.pem
one basic $BASIC "$P_BASIC" "https_port 127.0.0.1:$TLS tls-cert=$D/proxy.pem tls-key=$D/proxy-key.pem"; one ntlm $NTLM "$P_NTLM"; one nego $NEGO "$P_NEGO"
one multi $MULTI "$P_NEGO
$P_NTLM
$P_BASIC"
listening $BASIC $NTLM $NEGO $MULTI $TLS
echo ready
cat >/dev/null # until whoever started us closes the pipe or dies
