#!/bin/sh
# install-packages.sh [SNAPSHOT]: installs the Debian packages of which the image takes files. SNAPSHOT is a moment of Debian's
# archive, such as 20261101T000000Z (https://snapshot.debian.org): the same moment gives the same packages.
set -eu
snapshot=${1-}
packages='binutils ca-certificates curl openssh-client tini zstd'
# Names of the release at hand: bookworm and trixie have libstdc++6 both, but not every slim image comes with it.
packages="$packages libstdc++6 util-linux mount hostname diffutils findutils mawk"

export DEBIAN_FRONTEND=noninteractive
if [ -n "$snapshot" ]; then
  # shellcheck source=/dev/null
  . /etc/os-release
  rm -f /etc/apt/sources.list.d/*
  {
    for suite in "debian $VERSION_CODENAME" "debian $VERSION_CODENAME-updates" "debian-security $VERSION_CODENAME-security"; do
      echo "deb [check-valid-until=no signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
        "http://snapshot.debian.org/archive/${suite%% *}/$snapshot ${suite##* } main"
    done
  } >/etc/apt/sources.list
fi
# Slim images take what was downloaded away at once; the build's cache is to keep it.
rm -f /etc/apt/apt.conf.d/docker-clean
apt-get -o Acquire::Retries=5 update -qq
# A list of names, so the shell is to split it.
# shellcheck disable=SC2086
apt-get -o Acquire::Retries=5 install -y -qq --no-install-recommends $packages
