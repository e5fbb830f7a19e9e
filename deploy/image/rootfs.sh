#!/bin/bash
# rootfs.sh DIR: the root file system of the image (Dockerfile) without a registry: Debian's packages from its mirror, the
# program and its dependencies from this checkout and npm's registry or cache. For this machine's CPU; needs root and
# mmdebstrap. DIR must not exist yet. Ends with the size of its parts. Exit status 3: Debian's mirror gave no packages.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$repository/node_modules/.bin:$PATH

[ $# -eq 1 ] || { echo 'rootfs.sh: wanted one argument, the directory to make' >&2; exit 2; }

"$repository/deploy/image/debian.sh" "$1" libatomic1,libstdc++6
base=$(du -s --apparent-size -B1 "$1" | cut -f1)
node "$repository/deploy/image/app.ts" --arch "$(dpkg --print-architecture)" --output "$1"

bytes() {
  du -s --apparent-size -B1 "$@" | cut -f1
}
total=$(bytes "$1") node=$(bytes "$1"/opt/fgm/node_modules/node-linux-*) duckdb=$(bytes "$1/opt/fgm/node_modules/@duckdb")
printf '%12d bytes  %s\n' "$base" Debian "$node" 'Node.js' "$duckdb" DuckDB \
  $((total - base - node - duckdb)) 'fgm and its other dependencies' "$total" total
