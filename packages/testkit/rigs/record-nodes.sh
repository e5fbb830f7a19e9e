#!/bin/bash
# record-nodes.sh NAME… : makes recordings of test-fixtures/nodes anew, with `npm run fixtures:expect -- NAME` after each.
#
#   hybrid  cgroup v1 and v2 beside each other: Docker, Podman, and pods of containerd (needs all of these)
#   v1      the v1 hierarchies alone: pods by runc, one out of memory, one throttled
#   churn   300 ticks of the demonstration, with containers that end and start again
#   v2      the emulated machine (v2vm.sh): systemd, kubepods slices, an OOM kill, throttling
#
# As root, on a machine with v1 hierarchies below /sys/fs/cgroup but for v2. Other containers of the machine are not seen.
set -euo pipefail
cd "$(dirname "$0")/../../.."
export PATH=$PWD/node_modules/.bin:$PATH FGM_SOURCE=1

scene() { node --conditions=@fgm/source packages/testkit/programs/record-scene.ts "$@"; }

# Records within the emulated machine, to a place in its memory: its own way to our files is slow.
in_machine() {
  local out
  out=$(mktemp -d)
  export SCENE='node --conditions=@fgm/source packages/testkit/programs/record-scene.ts "$@" -o /tmp/recorded && cp -r /tmp/recorded /out'
  packages/testkit/rigs/v2vm.sh -t 900 -o "$out" env PATH="$PATH" FGM_SOURCE=1 bash -c "$SCENE" record-nodes "$@"
  mkdir -p "$directory"
  cp "$out"/recorded/* "$directory"
  rm -rf "$out"
}

[ $# -gt 0 ] || { sed -n 2,7p "$0" >&2; exit 2; }
for name in "$@"; do
  directory=test-fixtures/nodes/$name
  rm -rf "$directory"
  case $name in
    hybrid) scene hybrid -o "$directory" --ticks 60 --scope containers --memory full ;;
    v1) scene v1 -o "$directory" --ticks 60 --scope containers ;;
    churn) scene churn -o "$directory" --ticks 300 --scope containers ;;
    v2) in_machine v2 --ticks 36 --interval 5s --scope all ;;
    *) echo "$name: wanted hybrid, v1, churn, v2" >&2; exit 2 ;;
  esac
  # Those who clone it must be able to read it.
  chmod -R u=rwX,go=rX "$directory"
  npm run --silent fixtures:expect -- "$name"
done
