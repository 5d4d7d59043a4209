#!/usr/bin/env bash
# mdadm: an array is a file in /dev and a folder of the machine, which a stop of the machine takes away.
here=$(dirname "$0")
device=$2
case $1 in
  --assemble) [[ -d $here/volumes/${device##*/} ]] || { echo "mdadm: no devices found for $device"; exit 1; } ;;
  --create) echo "mdadm: array $device started." ;;
  *) echo "mdadm: $1 is not known in the sandbox" >&2; exit 1 ;;
esac
mkdir -p "$here/volumes/${device##*/}" "${device%/*}"
: >"$device"
