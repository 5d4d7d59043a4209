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
# https://cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers/listManagedInstances
first_of_group() {
  local me=$1 group compute=${CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE:-https://compute.googleapis.com/compute/v1/} first try
  group=$(about_me instance/attributes/created-by 2>/dev/null || true)
  if [[ $group != projects/*/instanceGroupManagers/* ]]; then
    echo "$me"
    return 0
  fi
  for try in 1 2 3 4 5 6 7 8; do
    first=$(printf 'header = "Authorization: Bearer %s"\n' "$(access_token)" |
      curl -sS -f -K - -X POST -H 'Content-Length: 0' "${compute%/}/$group/listManagedInstances?maxResults=500" |
      grep -o '"instance": *"[^"]*"' | sed 's|.*/\([^"]*\)"$|\1|' | LC_ALL=C sort | head -n 1) || first=''
    if [[ -n $first ]]; then
      echo "$first"
      return 0
    fi
    pause "$try"
  done
  give_up "the machines of $group could not be listed: the service account needs roles/compute.viewer"
}

# install_ray [VERSION]: into a virtual environment of its own, the version that pip resolves today unless one is named.
install_ray() {
  local home=$ROOT/opt/cluster-provision/ray try
  need python3 python3
  [[ -x $home/bin/pip ]] || python3 -m venv "$home" ||
    { rm -rf "$home" && install_package python3-venv python3 && python3 -m venv "$home"; } ||
    give_up 'python3 cannot make a virtual environment'
  for try in 1 2 3 4 5; do
    if "$home/bin/pip" install -q --disable-pip-version-check "ray[default]${1:+==$1}"; then return 0; fi
    pause "$try"
  done
  give_up 'pip could not install ray'
}

# join_ray HEAD GPUS: the head may be minutes behind. Where it runs another version, that one is installed here.
join_ray() {
  local head=$1 gpus=$2 address try said version
  address=$head.$(about_me instance/hostname | sed 's/^[^.]*\.//')
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    if said=$(ray start --address="$address:$RAY_PORT" --num-gpus="$gpus" --disable-usage-stats 2>&1); then
      echo "$said"
      return 0
    fi
    echo "try $try: $said"
    version=$(sed -n '/cluster was started with/,$ s/^ *Ray: *\([0-9][0-9.a-z]*\).*/\1/p' <<<"$said" | head -n 1)
    if [[ -n $version ]]; then install_ray "$version"; fi
    pause "$try"
  done
  give_up "the head $head did not take this machine in"
}
