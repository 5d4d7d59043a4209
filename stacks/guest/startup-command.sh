# shellcheck shell=bash
# The user's own command, last and once: when it has ended it is not run again, whatever the next boot brings.

duty_startup_command() {
  local id home=$STATE/startup code=0
  id=$(metadata cp-startup-id)
  if [[ -z $id ]]; then skip 'no start-up command'; fi
  [[ $id =~ ^[0-9a-f]{64}$ ]] || give_up 'cp-startup-id is not a sha256'
  if [[ -n $ROOT ]]; then skip 'not run: the root of this machine is only a folder, and a command could leave it'; fi
  mkdir -p "$home"
  if [[ -f $home/$id.code ]]; then
    code=$(<"$home/$id.code")
    if [[ -f $home/$id.log ]]; then cat "$home/$id.log"; fi
    detail "ended with code $code; not run again"
    return "$code"
  fi
  # The metadata server hands out what anybody with the right to set metadata wrote: only the text that the deployment
  # was made with is run.
  metadata cp-startup-command >"$home/$id.sh"
  chmod 0700 "$home/$id.sh"
  [[ $(sha256sum <"$home/$id.sh") == "$id "* ]] || give_up 'cp-startup-command is not the text that cp-startup-id names: not run'
  count_starts "$home/$id.starts"
  run_command "$home/$id.sh" || code=$?
  tail -n 50 "$DUTIES/$DUTY/log" >"$home/$id.log"
  echo "$code" >"$home/$id.code"
  detail "ended with code $code"
  return "$code"
}

# count_starts FILE: a command that a reboot cut off is started again, but one that reboots the machine each time is not.
count_starts() {
  local starts=0
  [[ -f $1 ]] && starts=$(<"$1")
  if ((starts >= 3)); then give_up "cut off by a reboot $starts times: not started again"; fi
  echo $((starts + 1)) >"$1"
}

# run_command SCRIPT: in the directory of the copied files, where there is one.
run_command() {
  local directory
  directory=$(metadata cp-files-destination)
  [[ -n $directory && -d $directory ]] || directory=/
  (cd "$directory" && exec env HOME="${HOME:-/root}" bash "$1")
}
