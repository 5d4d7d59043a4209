# shellcheck shell=bash
# Trying again: what fails at boot is most often only not there yet.

# retry TRIES COMMAND…: runs COMMAND until it succeeds, with longer and longer pauses. TRIES: 5 take 15 seconds, 8 two
# minutes, 12 four.
retry() {
  local tries=$1 try
  shift
  for ((try = 1; ; try++)); do
    if "$@"; then return 0; fi
    if ((try >= tries)); then return 1; fi
    pause "$try"
  done
}

# pause TRY: waits 1, 2, 4 … 32 seconds and up to one more, so that machines don't come in step.
pause() {
  sleep "$((1 << ($1 > 6 ? 5 : $1 - 1))).$((RANDOM % 10))"
}
