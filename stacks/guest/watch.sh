# shellcheck shell=bash
# Waits for a new copy of the files (ACTION=Copy): the metadata server answers as soon as something is changed.

# start_watch: leaves the watcher running, by systemd where that runs the machine.
start_watch() {
  if [[ -d $ROOT/run/systemd/system ]] && command -v systemd-run >/dev/null; then
    systemctl is-active --quiet cluster-provision-watch && return 0
    systemd-run --quiet --collect --unit=cluster-provision-watch --property=Restart=always --property=RestartSec=30 \
      /bin/bash "$STATE/boot.sh" watch || say 'the watcher could not be started: a new copy waits for the next boot'
  else
    bash "$STATE/boot.sh" watch >/dev/null 2>&1 </dev/null 9>&- &
  fi
}

# watch: never ends on Google; a server that is silent for long ends it, and systemd starts it again.
watch() {
  local etag=NONE answer=$STATE/watch misses=0
  exec 7>"$STATE/watch.lock"
  flock -n 7 || return 0
  while [[ -d $STATE && $misses -lt 20 ]]; do
    if curl -sS -f --noproxy '*' --max-time 330 -H 'Metadata-Flavor: Google' -D "$answer.head" -o "$answer.body" \
      "$METADATA/instance/attributes/?recursive=true&wait_for_change=true&timeout_sec=300&last_etag=$etag" 2>>"$LOG"; then
      misses=0
      etag=$(sed -n 's/^[Ee][Tt][Aa][Gg]: *\([^[:space:]]*\).*/\1/p' "$answer.head")
      refresh 7>&-
    else
      misses=$((misses + 1))
      pause "$misses"
    fi
  done
}

# refresh: brings the machine to the copy that the metadata name, when it is another one than the last.
refresh() {
  read_metadata || return 0
  [[ $(files_wanted) != "$(cat "$STATE/files-tried" 2>/dev/null)" ]] || return 0
  say 'a new copy of the files'
  if ! flock -n 9; then
    # The user's command is running: the other duties are its ground and stay as they are, and the boot sums up.
    perform files
  elif [[ -n $(first_failed) ]]; then
    # What went wrong may be mended by the new files; then the user's command has its turn.
    run_duties
  else
    perform files
    sum_up_duties
  fi 9>"$STATE/lock"
}
