# shellcheck shell=bash
# Buckets by gcsfuse and shares by NFS. Nothing goes into /etc/fstab, where one dead server stops the next boot: this
# duty runs at every boot and mounts them again.

duty_mounts() {
  local from path count=0
  while IFS=$'\t' read -r from path; do
    [[ -n $from ]] || continue
    mount_once "$path" mount_bucket "$from"
    count=$((count + 1))
  done < <(metadata cp-gcs-mounts && echo)
  while IFS=$'\t' read -r from path; do
    [[ -n $from ]] || continue
    mount_once "$path" mount_share "$from"
    count=$((count + 1))
  done < <(metadata cp-nfs-mounts && echo)
  if ((count == 0)); then skip 'no buckets and no shares to mount'; fi
  detail "$count mounted"
}

# mount_once PATH COMMAND FROM: mounts FROM at PATH unless something is mounted there. A share that was made a moment
# ago, and a role that was given a moment ago, take minutes.
mount_once() {
  local path=$1 command=$2 from=$3
  [[ $path == /* && $path != *'/../'* && $path != */.. ]] || give_up "$from: $path is not an absolute path"
  if mountpoint -q "$ROOT$path"; then return 0; fi
  mkdir -p "$ROOT$path"
  echo "$from at $path"
  retry 8 "$command" "$from" "$ROOT$path" || give_up "$from could not be mounted at $path"
}

mount_bucket() {
  command -v gcsfuse >/dev/null || install_gcsfuse
  need gcsfuse gcsfuse
  # --implicit-dirs: objects with a slash in their name have no directory object, and would not be seen without it.
  gcsfuse --implicit-dirs -o allow_other --file-mode=666 --dir-mode=777 "$1" "$2"
}

mount_share() {
  need mount.nfs nfs-common nfs-utils
  # https://cloud.google.com/filestore/docs/mounting-fileshares: hard, so that a pause of the server is no lost write.
  mount -t nfs -o hard,timeo=600,retrans=3,rsize=524288,wsize=524288 "$1" "$2" || return 1
  # A new share belongs to root alone; one with something in it is left as its owner wants it.
  if [[ -z $(ls -A "$2") && $(stat -c %u "$2") == 0 ]]; then chmod 1777 "$2" || true; fi
}

# https://cloud.google.com/storage/docs/cloud-storage-fuse/install
install_gcsfuse() {
  [[ -z $ROOT ]] || return 0
  if command -v apt-get >/dev/null; then
    local codename
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    curl -sSf --retry 5 -o /usr/share/keyrings/cloud.google.asc https://packages.cloud.google.com/apt/doc/apt-key.gpg
    echo "deb [signed-by=/usr/share/keyrings/cloud.google.asc] https://packages.cloud.google.com/apt gcsfuse-$codename main" \
      >/etc/apt/sources.list.d/gcsfuse.list
  else
    printf '%s\n' '[gcsfuse]' 'name=gcsfuse' 'enabled=1' 'gpgcheck=1' 'repo_gpgcheck=0' \
      'baseurl=https://packages.cloud.google.com/yum/repos/gcsfuse-el7-x86_64' \
      'gpgkey=https://packages.cloud.google.com/yum/doc/yum-key.gpg https://packages.cloud.google.com/yum/doc/rpm-package-key.gpg' \
      >/etc/yum.repos.d/gcsfuse.repo
  fi
}
