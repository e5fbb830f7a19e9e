#!/bin/bash
# prometheus.sh: prints a directory with prometheus, promtool and prometheus-alertmanager, for the PATH.
#
# They are Debian's, unpacked and not installed: installing them would make users and start services. They stay under
# $FGM_RIG_DIR/prometheus. Needs apt-get; `apt-get update` is for the caller.
set -euo pipefail

cache=${FGM_RIG_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/fgm-rigs}/prometheus

if [ ! -d "$cache/root" ]; then
  rm -rf "$cache"
  mkdir -p "$cache/download" "$cache/part"
  (cd "$cache/download" && apt-get -qq -o APT::Sandbox::User=root download prometheus prometheus-alertmanager) >&2
  for package in "$cache"/download/*.deb; do dpkg -x "$package" "$cache/part"; done
  rm -rf "$cache/download"
  mv "$cache/part" "$cache/root"
fi
echo "$cache/root/usr/bin"
