#!/bin/sh
# Process 1 of the emulated machine until its real root is mounted (see ../v2vm.sh).
busybox=/bin/busybox

give_up() {
  echo "v2vm: $1"
  $busybox poweroff -f
}

$busybox mount -t proc proc /proc
$busybox mount -t sysfs sys /sys
$busybox mount -t devtmpfs dev /dev
while read -r module; do
  # Some are part of the kernel itself and have no file.
  [ ! -f "/modules/$module.ko" ] || $busybox insmod "/modules/$module.ko" || give_up "cannot load $module"
done </modules/order

$busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,ro,cache=loose host /host || give_up 'cannot mount the host'
$busybox mount -t tmpfs layer /layer
$busybox mkdir /layer/upper /layer/work
$busybox mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work root /root || give_up 'cannot layer the root'

# Nothing of the host's own services starts here.
$busybox rm -rf /root/etc/systemd/system/*.wants
$busybox mkdir -p /root/etc/systemd/system /root/out /root/v2vm
$busybox cp /units/*.* /root/etc/systemd/system/
$busybox cp /command /units/run /root/v2vm/
# The bus will not start without its user, which a host that never ran one may lack.
$busybox grep -q '^messagebus:' /root/etc/passwd || echo 'messagebus:x:64997:64997::/nonexistent:/usr/sbin/nologin' >>/root/etc/passwd
$busybox grep -q '^messagebus:' /root/etc/group || echo 'messagebus:x:64997:' >>/root/etc/group
for directory in proc sys dev; do $busybox mount --move "/$directory" "/root/$directory"; done
exec $busybox switch_root /root /lib/systemd/systemd --system --unit=v2vm.target systemd.unified_cgroup_hierarchy=1 quiet
