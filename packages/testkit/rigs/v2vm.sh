#!/bin/bash
# v2vm.sh [-m MEMORY] [-t SECONDS] [-o DIRECTORY] COMMAND [ARGUMENT…]
#
# Runs COMMAND as root on a machine whose cgroup v2 is real: all controllers, pressure files, systemd as process 1. The machine
# is emulated (qemu, no hardware help needed), boots Debian's own kernel, and sees this host's file system with a throw-away
# layer on top: the same Node.js, the same checkout, the same directory to stand in. What COMMAND writes is gone afterwards,
# but for its output and what it puts into /out, which is DIRECTORY here. /mnt is a tmpfs. No network but lo. Ready in 10 to 20
# seconds, and then some twenty times slower than the host: right for correctness, never for timing.
#
# Exit status: COMMAND's; 124 when SECONDS (default 600) were not enough; 125 when the machine did not get as far.
# The kernel is fetched once and kept under $FGM_RIG_DIR/v2vm; `v2vm.sh --fetch` does only that.
# Needs: qemu-system-x86 busybox-static systemd dbus kmod, and apt-get for the kernel.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)/v2vm
cache=${FGM_RIG_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/fgm-rigs}/v2vm
# In the order in which they can be loaded.
modules='virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci netfs fscache 9pnet 9pnet_virtio 9p overlay'

fetch_kernel() {
  compgen -G "$cache/kernel/boot/vmlinuz-*" >/dev/null && return
  local package
  package=$(apt-cache depends linux-image-amd64 | awk '$1 == "Depends:" { print $2; exit }')
  [ -n "$package" ] || { echo 'apt knows no kernel: run apt-get update' >&2; return 1; }
  mkdir -p "$cache/download"
  (cd "$cache/download" && apt-get -qq -o APT::Sandbox::User=root download "$package" && dpkg -x "$package"_*.deb "$cache/kernel.part")
  rm -rf "$cache/download"
  mv "$cache/kernel.part" "$cache/kernel"
}

# unpack_module NAME FILE: modules may be compressed, busybox insmod wants them plain.
unpack_module() {
  local source
  source=$(find "$cache"/kernel/lib/modules -name "$1.ko" -o -name "$1.ko.xz" -o -name "$1.ko.zst" | head -n 1)
  case $source in
    *.xz) xz -dc "$source" >"$2" ;;
    *.zst) zstd -dcq "$source" >"$2" ;;
    *.ko) cp "$source" "$2" ;;
  esac
}

# make_initrd DIRECTORY FILE: a first file system that mounts the host's and hands over to its systemd.
make_initrd() {
  local module
  mkdir -p "$1"/{bin,modules,proc,sys,dev,host,layer,root}
  cp "$(command -v busybox)" "$1/bin/busybox"
  ln -s busybox "$1/bin/sh"
  for module in $modules; do unpack_module "$module" "$1/modules/$module.ko"; done
  printf '%s\n' $modules >"$1/modules/order"
  install -m 755 "$here/init.sh" "$1/init"
  cp -r "$here/units" "$1/units"
  {
    printf 'cd %q\n' "$PWD"
    printf 'export FGM_RIG_IN_VM=1\n'
    printf '%q ' "$@" | cut -d' ' -f3-
  } >"$1/command"
  (cd "$1" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$2"
}

memory=3G seconds=600 out=
[ "${1:-}" != --fetch ] || { fetch_kernel; exit; }
while getopts m:t:o: option; do
  case $option in
    m) memory=$OPTARG ;;
    t) seconds=$OPTARG ;;
    o) out=$OPTARG ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { sed -n '2,3p' "$0" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=${out:-$work/out}
mkdir -p "$out" "$work/tree"
out=$(realpath "$out")
rm -f "$out/.exit-status"

fetch_kernel
make_initrd "$work/tree" "$work/initrd" "$@"
timed_out=0
timeout "$seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16 -smp 2 -m "$memory" \
  -nodefaults -nographic -serial stdio -no-reboot -kernel "$(echo "$cache"/kernel/boot/vmlinuz-*)" -initrd "$work/initrd" \
  -append 'console=ttyS0 quiet panic=1 psi=1 mitigations=off tsc=reliable' \
  -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
  -virtfs "local,path=$out,mount_tag=out,security_model=none,multidevs=remap" </dev/null || timed_out=$?
[ "$timed_out" -ne 124 ] || exit 124
status=$(cat "$out/.exit-status" 2>/dev/null || echo 125)
rm -f "$out/.exit-status"
exit "$status"
