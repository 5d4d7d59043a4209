#!/usr/bin/env bash
# Makes the root of a machine inside fresh mount, pid, uts and ipc namespaces, and goes on as the machine's first process.
# enter FOLDER NAME [HIDDEN…]: FOLDER/root takes what the machine changes of the host's files; HIDDEN are paths whose
# content on the host the machine must not see.
set -eu
folder=$1 name=$2
shift 2
cd "$folder"
mkdir -p root work mount
# Folders that are the machine's own, whatever the host has there: a bind mount of the plain folder hides the host's.
own=(/tmp /var/lib/cluster-provision)
for path; do if [[ -d $path ]]; then own+=("$path"); fi; done
for path in "${own[@]}"; do mkdir -p "root$path"; done
chmod 1777 root/tmp
# By relative names: commas and colons mean something in mount options.
mount -t overlay machine -o lowerdir=/,upperdir=root,workdir=work mount
for path in "${own[@]}"; do if [[ -d mount$path ]]; then mount --bind "root$path" "mount$path"; fi; done
for path; do if [[ -f mount$path ]]; then mount --bind /dev/null "mount$path"; fi; done
mkdir -p mount/usr/lib/sandbox-machine/shares
mount --bind ../shares mount/usr/lib/sandbox-machine/shares

echo "$name" >/proc/sys/kernel/hostname
mount -t proc -o nosuid,nodev,noexec proc mount/proc
mount --bind boot-id mount/proc/sys/kernel/random/boot_id
if [[ -e mount/proc/sysrq-trigger ]]; then mount --bind /dev/null mount/proc/sysrq-trigger; fi
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs mount/sys
mount -t tmpfs -o nosuid,mode=755 dev mount/dev
for node in null zero full random urandom tty; do
  : >"mount/dev/$node"
  mount --bind "/dev/$node" "mount/dev/$node"
done
mkdir -p mount/dev/{pts,shm,disk/by-id}
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts mount/dev/pts
ln -s pts/ptmx mount/dev/ptmx
ln -s /proc/self/fd mount/dev/fd
for fd in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${fd%:*}" "mount/dev/${fd#*:}"; done
mount -t tmpfs -o nosuid,nodev,mode=1777 shm mount/dev/shm
while read -r disk; do : >"mount/dev/disk/by-id/$disk"; done <mount/usr/lib/sandbox-machine/disks
mount -t tmpfs -o nosuid,nodev,mode=755 run mount/run
mkdir mount/run/lock

cd mount
pivot_root . .
umount -l .
exec chroot . /usr/lib/sandbox-machine/bounded /usr/lib/sandbox-machine/init
