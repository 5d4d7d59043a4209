# shellcheck shell=bash
# Installing what an image lacks, by the image's own package manager.

# need COMMAND DEBIAN_PACKAGE [RPM_PACKAGE]: makes sure that COMMAND is there.
need() {
  command -v "$1" >/dev/null && return 0
  echo "$1 is not on this machine: installing it"
  install_package "$2" "${3:-$2}" && command -v "$1" >/dev/null && return 0
  give_up "$1 is missing and could not be installed"
}

# install_package DEBIAN_PACKAGE RPM_PACKAGE: one at a time, with patience: at first boot an image's own updates hold
# the package manager's lock for minutes.
install_package() {
  if [[ -n $ROOT ]]; then
    echo "the root of this machine is a folder: the packages of its host are not touched"
    return 1
  fi
  retry 6 run_package_manager "$@"
}

run_package_manager() (
  flock 8
  if command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o DPkg::Lock::Timeout=300 update &&
      apt-get -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "$1"
  elif command -v dnf >/dev/null; then
    dnf -q -y install "$2"
  else
    yum -q -y install "$2"
  fi
) 8>"$STATE/packages.lock"
