# shellcheck shell=bash
# The GPUs must be there and answer: a machine that runs with seven of eight is found here, not in the tenth hour.

duty_drivers() {
  local wanted found=0 try
  wanted=$(metadata cp-gpu-count)
  if [[ ${wanted:-0} == 0 ]]; then skip 'the machine type has no GPU'; fi
  # Machines that share one GPU have a part of it, such as 0.125, and see that as one device.
  if [[ $wanted == *.* ]]; then wanted=$((${wanted%.*} + 1)); fi
  # Deep Learning VM images install the driver at first boot when asked to (install-nvidia-driver), which takes up to
  # twenty minutes; on other images it is there or it is not.
  local tries=5
  if [[ $(metadata cp-install-drivers) == yes && -e $ROOT/opt/deeplearning ]]; then tries=40; fi
  for ((try = 1; try <= tries; try++)); do
    found=$(count_gpus)
    if ((found == wanted)); then
      nvidia-smi -L
      detail "$(counted "$found" GPU), driver $(nvidia-smi --query-gpu=driver_version --format=csv,noheader | head -n 1)"
      return 0
    fi
    # A driver that answers, but with another number, will not change its mind: two looks more are enough.
    if ((found > 0 && tries > try + 2)); then tries=$((try + 2)); fi
    echo "try $try: $found of $(counted "$wanted" GPU)"
    if ((try < tries)); then pause "$try"; fi
  done
  if ! command -v nvidia-smi >/dev/null; then
    give_up "nvidia-smi is not on this machine: the image has no GPU driver; choose one that has, such as a Deep Learning VM family"
  fi
  nvidia-smi -L || true
  # NVRM Xid lines of the kernel name the GPU that fell off the bus.
  dmesg 2>/dev/null | grep -i 'NVRM.*Xid' | tail -n 5 || true
  give_up "nvidia-smi shows $(counted "$found" GPU), $wanted expected"
}

count_gpus() {
  command -v nvidia-smi >/dev/null || {
    echo 0
    return 0
  }
  timeout 60 nvidia-smi -L 2>/dev/null | grep -c '^GPU ' || true
}
