# shellcheck shell=bash
# Google's Ops Agent: logs and metrics of the machine, and of its GPUs through DCGM where that is on the image.

duty_ops_agent() {
  if [[ $(metadata cp-ops-agent) != yes ]]; then skip 'switched off'; fi
  if ! systemctl cat google-cloud-ops-agent.service >/dev/null 2>&1; then install_ops_agent; fi
  local gpus='no GPU' count
  count=$(metadata cp-gpu-count)
  if [[ ${count:-0} != 0 ]]; then
    gpus='GPU metrics by NVML'
    if start_dcgm; then
      write_dcgm_config
      gpus='GPU metrics by DCGM'
    fi
  fi
  retry 5 start_service google-cloud-ops-agent.service || give_up 'the Ops Agent is installed but does not run'
  detail "running, $gpus"
}

# https://cloud.google.com/stackdriver/docs/solutions/agents/ops-agent/installation
install_ops_agent() {
  [[ -z $ROOT ]] || give_up 'the Ops Agent is not on this machine, and the packages of its host are not touched'
  retry 5 run_ops_agent_installer || give_up 'the Ops Agent could not be installed'
}

run_ops_agent_installer() {
  local script=$STATE/add-ops-agent-repo.sh
  curl -sSf -o "$script" https://dl.google.com/cloudagents/add-google-cloud-ops-agent-repo.sh &&
    flock "$STATE/packages.lock" bash "$script" --also-install
}

# start_dcgm: tells whether NVIDIA's DCGM is on this image, and starts it.
start_dcgm() {
  local unit
  for unit in nvidia-dcgm.service dcgm.service; do
    if systemctl cat "$unit" >/dev/null 2>&1; then
      systemctl start "$unit"
      return
    fi
  done
  return 1
}

# https://cloud.google.com/monitoring/agent/ops-agent/third-party-nvidia: a file that somebody else has filled stays.
write_dcgm_config() {
  local file=$ROOT/etc/google-cloud-ops-agent/config.yaml mark='# Written by cluster-provision'
  if [[ -f $file ]] && ! grep -qF "$mark" "$file" && grep -qE '^[^#[:space:]]' "$file"; then
    echo "$file has content of its own: left as it is"
    return 0
  fi
  mkdir -p "${file%/*}"
  cat >"$file.new" <<CONFIG
$mark
metrics:
  receivers:
    dcgm:
      type: dcgm
      receiver_version: 2
  service:
    pipelines:
      dcgm:
        receivers: [dcgm]
CONFIG
  if cmp -s "$file.new" "$file"; then
    rm -f "$file.new"
  else
    mv -f "$file.new" "$file"
    systemctl restart google-cloud-ops-agent.service
  fi
}
