#!/usr/bin/env bash
# mkfs.ext4: marks a local SSD as formatted.
here=$(dirname "$0")
device=${*: -1}
mkdir -p "$here/volumes"
: >"$here/volumes/${device##*/}.ext4"
