#!/bin/sh
# Installs nats-server, and the compilers of the other servers that ours is compared with, where this is Debian and we may.
# A server that is not there is left out, and that is said.
set -eu

missing=""
command -v cc >/dev/null || missing="$missing gcc libc6-dev"
[ -f /usr/include/openssl/sha.h ] || missing="$missing libssl-dev"
command -v go >/dev/null || missing="$missing golang-go"
[ -d /usr/share/gocode/src/github.com/gorilla/websocket ] || missing="$missing golang-github-gorilla-websocket-dev"
PATH="$PATH:/usr/sbin"
command -v nats-server >/dev/null || missing="$missing nats-server"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing$missing"
  # shellcheck disable=SC2086 # a list of words
  (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing) >/dev/null
fi
