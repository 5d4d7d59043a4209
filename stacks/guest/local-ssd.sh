# shellcheck shell=bash
# The local SSDs as one volume at /mnt/localssd: RAID 0 over all of them, one alone as it is. Their data is gone after
# the machine was stopped; then the volume is made anew.

duty_local_ssd() {
  local wanted mount=$ROOT/mnt/localssd device
  local -a disks
  wanted=$(metadata cp-local-ssd-count)
  if [[ ${wanted:-0} == 0 ]]; then skip 'the machine type has no local SSD'; fi
  if mountpoint -q "$mount"; then
    detail "$(counted "$wanted" 'local SSD') at /mnt/localssd"
    return 0
  fi
  retry 4 find_local_ssds "$wanted" || true
  if ((${#disks[@]} != wanted)); then give_up "$wanted local SSDs expected, ${#disks[@]} found"; fi
  if ((${#disks[@]} == 1)); then device=${disks[0]}; else assemble_raid; fi
  format_when_empty "$device"
  mkdir -p "$mount"
  mount -o discard,noatime "$device" "$mount" || give_up "$device could not be mounted at /mnt/localssd"
  chmod 1777 "$mount"
  detail "$(counted "$wanted" 'local SSD') at /mnt/localssd"
}

# find_local_ssds WANTED: fills `disks`; fails while there are fewer, because udev may be a few seconds late.
find_local_ssds() {
  local disk
  disks=()
  for disk in "$ROOT"/dev/disk/by-id/google-local-{nvme-,}ssd-*; do
    if [[ -e $disk && $disk =~ ssd-[0-9]+$ ]]; then disks+=("$disk"); fi
  done
  ((${#disks[@]} >= $1))
}

# assemble_raid: sets `device`, the array over `disks`: the one there already, else a new one.
assemble_raid() {
  need mdadm mdadm
  device=$ROOT/dev/md/localssd
  [[ -e $device ]] && return 0
  mdadm --assemble "$device" "${disks[@]}" && return 0
  mdadm --create "$device" --name=localssd --homehost=any --level=0 --raid-devices="${#disks[@]}" --force --run "${disks[@]}" ||
    give_up "the RAID over ${#disks[@]} local SSDs could not be made"
  # Until udev has made the name, the array is only known under its number.
  if command -v udevadm >/dev/null; then udevadm settle || true; fi
}

format_when_empty() {
  [[ -n $(blkid -o value -s TYPE "$1" || true) ]] && return 0
  # All blocks are fresh: discarding them and writing every inode table would only cost minutes.
  mkfs.ext4 -q -F -m 0 -L localssd -E nodiscard,lazy_itable_init=1,lazy_journal_init=1 "$1" ||
    give_up "$1 could not be formatted"
}
