#!/usr/bin/env bash
# mountpoint: where the root is a folder, what `mount` has linked counts as mounted.
if [[ -n ${CLUSTER_ROOT:-} ]]; then [[ -L ${*: -1} ]] && exit; fi
command -p mountpoint "$@"
