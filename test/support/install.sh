#!/bin/sh
# Installs the programs that some tests need, where this is Debian and we may. Without them those tests
# are skipped, and say so; with CI=true they fail.
set -eu

missing=""
[ -x /usr/bin/chromium-headless-shell ] || [ -x /usr/bin/chromium ] || missing="$missing chromium-headless-shell"
[ -x /usr/bin/redis-server ] || missing="$missing redis-server"
[ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
[ -x /usr/sbin/haproxy ] || missing="$missing haproxy"
[ -x /usr/bin/turnserver ] || missing="$missing coturn"
[ -x /usr/bin/promtool ] || missing="$missing prometheus"
[ -x /usr/bin/openssl ] || missing="$missing openssl"
[ -x /usr/bin/curl ] || missing="$missing curl"
[ -x /usr/bin/systemd-analyze ] || missing="$missing systemd"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing$missing"
  # shellcheck disable=SC2086 # a list of words
  (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing) >/dev/null
  # Debian starts some of them at once, and at each boot; tests start their own.
  case "$missing" in *coturn*)
    if [ -d /run/systemd/system ]; then systemctl disable --now coturn; fi
    ;;
  esac
  case "$missing" in *prometheus*)
    if [ -d /run/systemd/system ]; then systemctl disable --now prometheus; fi
    ;;
  esac
  case "$missing" in *haproxy*)
    if [ -d /run/systemd/system ]; then systemctl disable --now haproxy; fi
    ;;
  esac
else
  echo "missing:$missing; the tests that need it are skipped"
fi
