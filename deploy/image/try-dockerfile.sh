#!/bin/bash
# try-dockerfile.sh: builds the Dockerfile and runs what comes of it, without a registry of images: its two bases are made of Debian's
# packages and the npm package of Node.js, and pinned by the digests that they get. The image must hold nothing that may be written
# to and nothing of this machine, and run with the rights that the manifests give a recorder and a viewer: it records, and shows it.
# npm and apt-get use what this machine has for them (~/.npmrc, npm's cache, proxies, NODE_EXTRA_CA_CERTS); the image gets none of it.
#
# Needs root, mmdebstrap, npm, and what packages/testkit/rigs/podman.sh needs. Takes three to five minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH=$PWD/node_modules/.bin:$PATH
work=$(mktemp -d)
export FGM_RIG_DIR=$work
podman() { packages/testkit/rigs/podman.sh "$@"; }
die() { echo "try-dockerfile.sh: $*" >&2; exit 1; }
viewer=
clean_up() {
  # It has its network from the recorder, which goes after it.
  [ -z "$viewer" ] || podman rm --force --time 0 "$viewer" >/dev/null
  podman --stop
  rm -rf "$work"
}
trap clean_up EXIT

# import NAME DIR [CHANGE…]: prints its digest.
import() {
  local changes=()
  for change in "${@:3}"; do changes+=(--change "$change"); done
  tar -C "$2" -c . | podman import --quiet "${changes[@]}" - "localhost/$1" >/dev/null
  podman image inspect --format '{{.Digest}}' "localhost/$1"
}

# The two official images, as far as the Dockerfile asks for it.
deploy/image/debian.sh "$work/debian" base-files
deploy/image/debian.sh "$work/node" libatomic1,libstdc++6
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
cp -L "$(command -v node)" "$work/node/usr/local/bin/node"
mkdir -p "$work/node/usr/local/lib/node_modules"
cp -a "$npm" "$work/node/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/node/usr/local/bin/npm"
mounts=(--volume "$(npm config get cache):/root/.npm")
environment=()
[ ! -f ~/.npmrc ] || mounts+=(--volume ~/.npmrc:/root/.npmrc:ro)
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  mounts+=(--volume "$NODE_EXTRA_CA_CERTS:/run/certificates:ro")
  environment=('ENV NODE_EXTRA_CA_CERTS=/run/certificates')
fi
debian_digest=$(import debian:trixie-slim "$work/debian")
node_digest=$(import node:26-trixie-slim "$work/node" "${environment[@]}")
rm -rf "$work/debian" "$work/node"

image=localhost/fine-grained-monitor:tried
podman build --network host --platform "linux/$(dpkg --print-architecture)" "${mounts[@]}" \
  --build-arg "NODE_IMAGE=localhost/node" --build-arg "NODE_DIGEST=$node_digest" \
  --build-arg "DEBIAN_IMAGE=localhost/debian" --build-arg "DEBIAN_DIGEST=$debian_digest" \
  --build-arg "REVISION=$(git rev-parse HEAD)" --tag "$image" .

# What it holds: nothing of ours, nothing that others may write to.
mkdir "$work/rootfs"
podman export "$(podman create "$image")" | tar -x -C "$work/rootfs"
variables=$(podman image inspect --format '{{join .Config.Env "\n"}}' "$image" | grep -vE '^(PATH|TMPDIR)=' || true)
[ -z "$variables" ] || die "the image has variables: $variables"
# Podman leaves empty files where it has mounted something.
left=$(find "$work/rootfs/root" "$work/rootfs/run" "$work/rootfs/tmp" "$work/rootfs/src" \
  "$work/rootfs/var/cache/apt" "$work/rootfs/var/lib/apt/lists" -type f -size +0 ! -name .bashrc ! -name .profile 2>/dev/null || true)
[ -z "$left" ] || die "the image has files of the machine that made it: $left"
open=$(find "$work/rootfs" -xdev \( -type f -perm /002 -o -type d -perm -002 ! -perm -1000 \))
[ -z "$open" ] || die "anybody may write to $open"
printf '%s bytes\n' "$(du -s --apparent-size -B1 "$work/rootfs" | cut -f1)"

# As docs/install.md runs it by itself; the two share a network of their own.
rights=(--read-only --read-only-tmpfs=false --cap-drop ALL --security-opt no-new-privileges)
mkdir "$work/data"
recorder=$(podman run --detach "${rights[@]}" --network none --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH --pid host --cgroupns host \
  -v /sys/fs/cgroup:/sys/fs/cgroup:ro -v /:/host:ro -v "$work/data:/data" "$image" monitor --host-root /host --listen :9464)
viewer=$(podman run --detach "${rights[@]}" --network "container:$recorder" --user 65532:0 -v "$work/data:/data:ro" "$image" view /data --listen :8050)
ask() {
  podman exec "$viewer" node -e 'fetch(process.argv[1]).then(async (answer) => process.stdout.write(await answer.text()))' "http://127.0.0.1:$1"
}
# wanted WHAT PORT/PATH TEXT
wanted() {
  for _ in $(seq 60); do
    if ask "$2" 2>/dev/null | grep -qF "$3"; then echo "ok - $1"; return; fi
    sleep 1
  done
  podman logs "$recorder" "$viewer" >&2
  die "in vain: $1"
}
wanted 'the recorder is ready' 9464/readyz '"status":"ok"'
wanted 'it has its capabilities' 9464/metrics 'fgm_missing_capabilities{capability="SYS_PTRACE"} 0'
wanted 'the viewer shows the recorder' 8050/api/v1/containers "$recorder"
podman stop --time 60 "$recorder" >/dev/null
[ "$(podman wait "$recorder")" = 0 ] || die "the recorder ended with $(podman wait "$recorder")"
podman run --rm "${rights[@]}" --network none --user 65532:0 -v "$work/data:/data:ro" "$image" validate /data

# And as the manifests have it.
FGM_TEST_RIGS=runc FGM_TEST_IMAGE=$work/rootfs tap --disable-coverage --reporter=tap deploy/test/image.test.ts >"$work/tap" || { cat "$work/tap"; die 'not as the manifests have it'; }
grep -aE '^ok |^# \{' "$work/tap"
