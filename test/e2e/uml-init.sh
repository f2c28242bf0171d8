#!/bin/sh
# First process of a user-mode Linux: sees the machine's own files, writes to memory, and runs what it is told on its
# console, each number N it reads being the script N.sh in the shared folder. Kernel parameters: share, modules, and
# `first`, which is `systemd` where that goes on as the first process.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
# The files below /proc that are there already are those of the machine outside.
mount -t proc proc /proc
if [ "$1" != chrooted ]; then
  insmod "$modules/$(uname -r)/kernel/fs/overlayfs/overlay.ko"
  mount -t tmpfs tmpfs /mnt
  mkdir /mnt/changes /mnt/work /mnt/root
  mount -t overlay -o lowerdir=/,upperdir=/mnt/changes,workdir=/mnt/work overlay /mnt/root
  mount -t hostfs -o "$share" none "/mnt/root$share"
  exec chroot /mnt/root /bin/sh "$share/init.sh" chrooted
fi
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm /lib/modules
mount -t devpts devpts /dev/pts
for folder in /dev/shm /run /var/lib; do mount -t tmpfs tmpfs "$folder"; done
mount --bind "$modules" /lib/modules
ip link set lo up
exec 3>&1 4<&0

listen() {
  stty -echo 2>/dev/null
  echo ready >&3
  while read -r n; do
    # Read, not run by another shell: starting a program is slow here.
    {
      trap 'echo "ended $n $?" >&3' EXIT
      . "$share/$n.sh"
    } </dev/null >"$share/$n.out" 2>"$share/$n.err" &
  done
  # Whoever started us is gone.
  echo o >/proc/sysrq-trigger
  sleep 60
}

if [ "$first" != systemd ]; then listen; fi
# This machine's own services are not to start, nor what Debian sets up at boot, which takes 20 s here.
units=/lib/systemd/system
for folder in /etc/systemd/system $units/sysinit.target.wants $units/multi-user.target.wants /var/log; do
  mount -t tmpfs tmpfs "$folder"
done
: >/etc/fstab
# It would take itself for a container's.
rm -f /.dockerenv
{
  until [ -S /run/systemd/private ]; do sleep 0.1; done
  listen
} <&4 &
exec /lib/systemd/systemd --unit=basic.target
