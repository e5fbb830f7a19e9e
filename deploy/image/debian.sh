#!/bin/bash
# debian.sh DIR PACKAGE,…: Debian's base with these packages, as its slim images are, from its mirror and without a registry. DIR must not
# exist yet; needs root and mmdebstrap. Exit status 3: the mirror gave no packages.
set -euo pipefail
SUITE=trixie
# Debian's own, with its security updates, unless FGM_DEBIAN_MIRROR names one.
mirror=(${FGM_DEBIAN_MIRROR:+"$FGM_DEBIAN_MIRROR"})

die() {
  echo "debian.sh: $*" >&2
  exit 2
}

[ $# -eq 2 ] || die 'wanted two arguments, the directory to make and packages with commas between'
[ ! -e "$1" ] || die "$1 is there already; wanted a directory that is not"
[ "$(id -u)" -eq 0 ] || die 'wanted root: the files belong to it'
command -v mmdebstrap >/dev/null || die 'wanted mmdebstrap (apt-get install mmdebstrap)'

# Debian's slim images leave out the same.
slim=()
for path in doc man info locale groff lintian linda; do slim+=(--dpkgopt="path-exclude=/usr/share/$path/*"); done
slim+=(--dpkgopt='path-include=/usr/share/doc/*/copyright')

mmdebstrap --quiet --mode=root --variant=minbase --include="$2" "${slim[@]}" "$SUITE" "$1" "${mirror[@]}" || exit 3
