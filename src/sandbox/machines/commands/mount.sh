#!/usr/bin/env bash
# mount: NFS shares and local SSDs are folders of the sandbox; everything else goes to the real mount.
here=$(dirname "$0")
arguments=("$@")
target=${arguments[-1]-}
source=${arguments[-2]-}
case "$* " in
  *'-t nfs'*) folder=$here/shares/nfs/${source//\//_} ;;
  *' '*/dev/md/localssd' '* | *' '*/dev/disk/by-id/google-local-*) folder=$here/volumes/${source##*/} ;;
  *) command -p mount "$@" && exit ;;
esac
mkdir -p "$folder"
if [[ -z ${CLUSTER_ROOT:-} ]]; then command -p mount --bind "$folder" "$target" && exit; fi
# Where the root is a folder, a link is all there is; `mounts` says which ones the next boot must take away.
rmdir "$target" && ln -s "$folder" "$target" && echo "$target" >>"$here/mounts"
