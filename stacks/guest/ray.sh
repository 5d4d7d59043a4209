# shellcheck shell=bash
# A Ray cluster over the machines of the group: the first by name is the head, the others join it.

RAY_PORT=6379

duty_ray() {
  if [[ $(metadata cp-orchestrator) != ray ]]; then skip 'no orchestrator'; fi
  local me head gpus
  me=$(about_me instance/name)
  head=$(first_of_group "$me")
  gpus=$(metadata cp-gpu-count)
  command -v ray >/dev/null || PATH=$ROOT/opt/cluster-provision/ray/bin:$PATH
  command -v ray >/dev/null || install_ray
  if ray status >/dev/null 2>&1; then
    echo 'Ray is running already'
  elif [[ $me == "$head" ]]; then
    # The dashboard has no login, so it listens on the machine itself only; reach it through ssh -L 8265:localhost:8265.
    ray start --head --port="$RAY_PORT" --dashboard-host=127.0.0.1 --num-gpus="${gpus:-0}" --disable-usage-stats ||
      give_up 'the head could not be started'
  else
    join_ray "$head" "${gpus:-0}"
  fi
  if [[ $me == "$head" ]]; then detail "head, $(ray --version)"; else detail "joined $head, $(ray --version)"; fi
}

# first_of_group ME: the name of the group's first machine; ME where there is no group.
first_of_group() {
  local group
  group=$(about_me instance/attributes/created-by 2>/dev/null || true)
  if [[ $group != projects/*/instanceGroupManagers/* ]]; then
    echo "$1"
  else
    retry 8 list_first "$group" || give_up "the machines of $group could not be listed: the service account needs roles/compute.viewer"
  fi
}

# https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers/listManagedInstances
list_first() {
  local compute=${CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE:-https://compute.googleapis.com/compute/v1/}
  printf 'header = "Authorization: Bearer %s"\n' "$(access_token)" |
    curl -sS -f -K - -X POST -H 'Content-Length: 0' "${compute%/}/$1/listManagedInstances" |
    grep -o '"instance": *"[^"]*"' | sed 's|.*/\([^"]*\)"$|\1|' | LC_ALL=C sort | sed -n 1p
}

# install_ray [VERSION]: into a virtual environment of its own, the version that pip resolves today unless one is named.
install_ray() {
  local home=$ROOT/opt/cluster-provision/ray
  need python3 python3
  [[ -x $home/bin/pip ]] || python3 -m venv "$home" ||
    { rm -rf "$home" && install_package python3-venv python3 && python3 -m venv "$home"; } ||
    give_up 'python3 cannot make a virtual environment'
  retry 5 "$home/bin/pip" install -q --disable-pip-version-check "ray[default]${1:+==$1}" ||
    give_up 'pip could not install ray'
}

# join_ray HEAD GPUS: the head may be minutes behind.
join_ray() {
  local address
  address=$1.$(about_me instance/hostname | sed 's/^[^.]*\.//')
  retry 12 start_worker "$address:$RAY_PORT" "$2" || give_up "the head $1 did not take this machine in"
}

# start_worker ADDRESS GPUS: where the head runs another version, that one is installed here for the next try.
start_worker() {
  local said version
  if said=$(ray start --address="$1" --num-gpus="$2" --disable-usage-stats 2>&1); then
    echo "$said"
    return 0
  fi
  echo "$said"
  version=$(sed -n '/cluster was started with/,$ s/^ *Ray: *\([0-9][0-9.a-z]*\).*/\1/p' <<<"$said" | sed -n 1p)
  if [[ -n $version ]]; then install_ray "$version"; fi
  return 1
}
