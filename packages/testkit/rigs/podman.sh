#!/bin/bash
# podman.sh COMMAND [ARGUMENT…] | --stop
#
# Podman with a storage of its own, without systemd, network or registry. $FGM_RIG_DIR/podman is what / is on a node: below it
# lies var/lib/containers/storage. The first call makes the image localhost/busybox:rig from the machine's static busybox.
# `--stop` removes all pods, containers and files.
#
# Needs: podman conmon runc busybox-static. Containers must use --network none.
set -euo pipefail

dir=${FGM_RIG_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/fgm-rigs}/podman
export CONTAINERS_CONF=$dir/containers.conf

podman_here() {
  podman --root "$dir/var/lib/containers/storage" --runroot "$dir/run" --tmpdir "$dir/tmp" \
    --cgroup-manager cgroupfs --events-backend file --runtime runc "$@"
}

prepare() {
  [ ! -f "$CONTAINERS_CONF" ] || return 0
  local root applet
  mkdir -p "$dir"
  # Limits above the machine's own cannot be set.
  printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\nlog_driver = "k8s-file"\n' >"$CONTAINERS_CONF"
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,tmp}
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $(busybox --list); do [ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"; done
  tar -C "$root" -c . | podman_here import --quiet --change 'ENV PATH=/bin' - localhost/busybox:rig >/dev/null
  rm -rf "$root"
}

if [ "${1:-}" = --stop ]; then
  [ -f "$CONTAINERS_CONF" ] || exit 0
  podman_here pod rm --all --force --time 0 >/dev/null
  podman_here rm --all --force --time 0 >/dev/null
  # Podman's own clean-up after a container may still be under way, and mount the storage once more.
  for _ in $(seq 50); do
    awk -v below="$dir/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mount; do umount -l "$mount" || true; done
    rm -rf "$dir" 2>/dev/null && exit
    sleep 0.1
  done
  rm -rf "$dir"
else
  [ $# -gt 0 ] || { sed -n 2p "$0" >&2; exit 2; }
  prepare
  podman_here "$@"
fi
