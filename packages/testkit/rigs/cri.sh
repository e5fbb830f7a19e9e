#!/bin/bash
# cri.sh start | stop
#
# A containerd of our own as a kubelet would find it, with one image, docker.io/library/busybox:rig, that serves as the pods'
# pause image too: no registry, no network, no trace in the machine's own containerd. Under $FGM_RIG_DIR/cri lies what is / on
# a node: run/containerd, var/lib/containerd, var/log. `start` prints that directory and returns when containerd answers;
# starting it twice is the same as once. `stop` kills what still runs in it.
#
# Needs: containerd (with ctr and its shim) runc busybox-static.
set -euo pipefail

dir=${FGM_RIG_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/fgm-rigs}/cri
socket=$dir/run/containerd/containerd.sock
image=docker.io/library/busybox:rig

control() { ctr --address "$socket" --namespace k8s.io "$@"; }
# Whether a process runs: one that has ended and that nobody waits for still has a number.
runs() { grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status" 2>/dev/null; }
# ctr waits ten seconds for a socket that is not there.
answers() { [ -S "$socket" ] && control version >/dev/null 2>&1; }

configure() {
  mkdir -p "$dir"/{run/containerd,var/lib/containerd,var/log/pods,var/log/containers}
  cat >"$dir/config.toml" <<END
version = 2
root = "$dir/var/lib/containerd"
state = "$dir/run/containerd"
[grpc]
  address = "$socket"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$image"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
END
}

# The archive that docker save would make of an image with nothing but busybox in it.
import_busybox() {
  local work applet architecture
  work=$(mktemp -d)
  mkdir -p "$work"/root/{bin,tmp} "$work/image"
  cp "$(command -v busybox)" "$work/root/bin/busybox"
  for applet in $(busybox --list); do [ -e "$work/root/bin/$applet" ] || ln -s busybox "$work/root/bin/$applet"; done
  tar -C "$work/root" -cf "$work/image/layer.tar" .
  case $(uname -m) in aarch64) architecture=arm64 ;; *) architecture=amd64 ;; esac
  printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["/bin/sleep","1000000"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$architecture" "$(sha256sum "$work/image/layer.tar" | cut -d' ' -f1)" >"$work/image/config.json"
  printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$image" >"$work/image/manifest.json"
  tar -C "$work/image" -cf "$work/image.tar" .
  control images import "$work/image.tar" >/dev/null
  rm -rf "$work"
}

start() {
  if ! answers; then
    configure
    setsid containerd --config "$dir/config.toml" </dev/null >"$dir/containerd.log" 2>&1 &
    local daemon=$!
    echo "$daemon" >"$dir/containerd.pid"
    for _ in $(seq 150); do
      answers && break
      runs "$daemon" || break
      sleep 0.1
    done
    answers || { echo "containerd does not answer:" >&2; tail -n 5 "$dir/containerd.log" >&2; exit 1; }
  fi
  control images list --quiet | grep -qx "$image" || import_busybox
  echo "$dir"
}

stop() {
  [ -f "$dir/containerd.pid" ] || return 0
  local daemon task
  daemon=$(cat "$dir/containerd.pid")
  for task in $(control tasks list --quiet); do control tasks kill --signal SIGKILL "$task" || true; done
  for _ in $(seq 50); do
    [ -n "$(control tasks list | grep RUNNING)" ] || break
    sleep 0.1
  done
  for task in $(control tasks list --quiet); do control tasks delete --force "$task" >/dev/null || true; done
  kill "$daemon"
  for _ in $(seq 100); do
    runs "$daemon" || break
    sleep 0.1
  done
  # What the pods' sandboxes have mounted goes with the directory.
  awk -v below="$dir/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  *) echo 'usage: cri.sh start | stop' >&2; exit 2 ;;
esac
