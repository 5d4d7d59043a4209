#!/bin/sh
# copy-root.sh ROOT COMMANDS PROGRAM…: makes the root of the image in ROOT: the commands that the file COMMANDS lists, the shared
# libraries of these and of the PROGRAMs, certificates, the few files of /etc, and for scanners the record of each package
# that a file came from (in the form of distroless images: /var/lib/dpkg/status.d).
set -eu
root=$1 commands=$2
shift 2
mkdir -p "$root"
cd "$root"
mkdir -p etc/ssl/certs home/user root tmp/sandbox usr/bin usr/lib usr/lib64 usr/sbin var/lib/dpkg/status.d proc sys dev run
for name in bin lib lib64 sbin; do ln -s "usr/$name" "$name"; done
chmod 1777 tmp tmp/sandbox
chmod 0755 root

# take PATH: copies a file, and the link that leads to it; remembers it. Folders that are links (/bin) are links here too.
taken=$(mktemp)
take() {
  target=$(readlink -f "$1")
  name=$(readlink -f "$(dirname "$1")")/$(basename "$1")
  if ! [ -e "$root$target" ]; then
    mkdir -p "$root${target%/*}"
    cp "$target" "$root$target"
    # Nobody is to become somebody else here: mount and umount come with the right to.
    chmod u-s,g-s "$root$target"
    echo "$target" >>"$taken"
  fi
  if [ "$name" != "$target" ]; then ln -sf "$target" "$root$name"; fi
}

libraries() {
  # ldd fails for what is not linked with anything.
  ldd "$1" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) .*/\1/p'
}

wanted=$(mktemp)
sed '/^#/d; /^$/d' "$commands" | while read -r name; do
  case $name in
    @*) dpkg -L "${name#@}" | grep -E '^(/usr)?/s?bin/.' ;;
    *) command -v "$name" ;;
  esac
done >"$wanted"
while read -r path; do
  [ -f "$path" ] || continue
  take "$path"
  for library in $(libraries "$path"); do take "$library"; done
done <"$wanted"
for program; do
  for library in $(libraries "$program"); do take "$library"; done
done
ln -sf bash usr/bin/sh
# For shells in the container: jobs of GitLab CI, docker exec.
ln -s /opt/cluster-provision/cluster-provision.mjs usr/bin/cluster-provision
rm -f "$wanted"

cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/
cp -L /etc/os-release etc/os-release
echo 'root:x:0:0:root:/root:/usr/bin/bash
user:x:1000:1000:user:/home/user:/usr/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin' >etc/passwd
echo 'root:x:0:
user:x:1000:
nogroup:x:65534:' >etc/group
echo 'hosts: files dns' >etc/nsswitch.conf
ldconfig -r "$root"

# Which packages the files came from: dpkg knows some of them by the path they had before /usr was merged.
packages=$(mktemp)
while read -r path; do
  dpkg -S "$path" 2>/dev/null || dpkg -S "${path#/usr}" 2>/dev/null || echo "no package has $path" >&2
done <"$taken" | sed -n 's/^\([^:, ]*\)[:,].*/\1/p' | sort -u >"$packages"
echo ca-certificates >>"$packages"
while read -r package; do
  dpkg-query -s "$package" >"var/lib/dpkg/status.d/$package"
  mkdir -p "usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "usr/share/doc/$package/" 2>/dev/null || echo "$package has no copyright file" >&2
done <"$packages"
rm -f "$taken" "$packages"
