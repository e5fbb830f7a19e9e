#!/bin/bash
# docker.sh start [dockerd flags…] | stop
#
# A Docker daemon of our own with one image, busybox:rig, made from the machine's static busybox: no registry, no network, no
# trace in the machine's own Docker. Everything lives under $FGM_RIG_DIR/docker. `start` prints the DOCKER_HOST of the daemon
# and returns when it answers; starting it twice is the same as once. `stop` removes the containers and ends the daemon.
#
# Needs: docker.io containerd runc busybox-static. Containers must use --network none.
set -euo pipefail

dir=${FGM_RIG_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/fgm-rigs}/docker
socket=$dir/docker.sock
export DOCKER_HOST=unix://$socket

answers() { docker version >/dev/null 2>&1; }

import_busybox() {
  local root applet
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,tmp}
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $(busybox --list); do [ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"; done
  tar -C "$root" -c . | docker import --change 'ENV PATH=/bin' - busybox:rig >/dev/null
  rm -rf "$root"
}

start() {
  mkdir -p "$dir"
  if ! answers; then
    rm -f "$dir/dockerd.pid"
    setsid dockerd --host "$DOCKER_HOST" --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/dockerd.pid" \
      --storage-driver overlay2 --bridge none --iptables=false --ip6tables=false "$@" </dev/null >"$dir/dockerd.log" 2>&1 &
    local daemon=$!
    for _ in $(seq 150); do
      answers && break
      kill -0 "$daemon" 2>/dev/null || break
      sleep 0.2
    done
    answers || { echo "dockerd does not answer:" >&2; tail -n 5 "$dir/dockerd.log" >&2; exit 1; }
  fi
  docker image inspect busybox:rig >/dev/null 2>&1 || import_busybox
  echo "$DOCKER_HOST"
}

stop() {
  [ -f "$dir/dockerd.pid" ] || return 0
  local daemon
  daemon=$(cat "$dir/dockerd.pid")
  docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
  kill "$daemon"
  # The daemon removes its pid file as the last thing it does.
  for _ in $(seq 100); do
    kill -0 "$daemon" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$daemon"
}

case ${1:-} in
  start) start "${@:2}" ;;
  stop) stop ;;
  *) echo 'usage: docker.sh start [dockerd flags…] | stop' >&2; exit 2 ;;
esac
