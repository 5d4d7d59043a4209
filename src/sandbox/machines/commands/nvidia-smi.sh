#!/usr/bin/env bash
# nvidia-smi: shows the GPUs that the file `gpus` beside it lists, one name a line.
gpus=$(dirname "$0")/gpus
if ! [[ -s $gpus ]]; then
  echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running."
  exit 9
fi
number=0
while read -r name; do
  case $* in
    *--query-gpu=driver_version*) echo '570.172.08' ;;
    *--query-gpu=name*) echo "$name" ;;
    *) printf 'GPU %d: %s (UUID: GPU-00000000-0000-0000-0000-%012d)\n' "$number" "$name" "$number" ;;
  esac
  number=$((number + 1))
done <"$gpus"
