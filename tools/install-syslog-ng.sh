#!/usr/bin/env bash
# Puts syslog-ng beside rsyslog on Debian, for tests: their packages exclude each other, so that this
# one is unpacked into a folder of its own, with the libraries it needs.
# Usage: tools/install-syslog-ng.sh [FOLDER [PROGRAM]]
set -eu -o pipefail
folder=${1:-/opt/syslog-ng-unpacked}
program=${2:-/usr/local/sbin/syslog-ng}
download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT
# apt downloads as a user of its own where there is one.
if id _apt >/dev/null 2>&1; then chown _apt "$download"; fi
chmod 755 "$download"
cd "$download"
packages='syslog-ng-core libivykis0 libjson-c5 libnet1 libpcre3 libwrap0'
for attempt in 1 2; do
  # shellcheck disable=SC2086
  if apt-get download -qq $packages; then break; fi
  if [ "$attempt" = 2 ]; then exit 1; fi
  sleep 5
  apt-get update -qq
done
mkdir -p "$folder"
for package in ./*.deb; do dpkg -x "$package" "$folder"; done
modules=$(find "$folder/usr/lib/syslog-ng" -maxdepth 1 -type d -name '[0-9]*' | head -n 1)
libraries=$folder/usr/lib/syslog-ng:$(find "$folder/usr/lib" "$folder/lib" -maxdepth 1 -type d -name '*-linux-gnu*' | paste -sd:)
mkdir -p "$(dirname "$program")"
cat >"$program" <<END
#!/bin/sh
export LD_LIBRARY_PATH=$libraries
exec $folder/usr/sbin/syslog-ng --module-path=$modules "\$@"
END
chmod 755 "$program"
"$program" --version | head -n 1
