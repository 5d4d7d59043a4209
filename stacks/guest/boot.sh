# shellcheck shell=bash
# The frame: runs the duties in their order at every boot and says how each ended. The start-up script of a machine is
# all files of this folder in one text, this one last; see scripts/render-startup-script.ts.

set -u
umask 022
export PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}:/usr/local/nvidia/bin:/snap/bin

ROOT=${CLUSTER_ROOT:-}
STATE=$ROOT/var/lib/cluster-provision
DUTIES=$STATE/duties
LOG=$ROOT/var/log/cluster-provision.log

# In the order in which they are summed up; the first that failed names the status.
ALL_DUTIES=(local-ssd mounts drivers files ops-agent notebook ray startup-command)

main() {
  mkdir -p "$DUTIES" "${LOG%/*}"
  touch "$LOG"
  chmod 0700 "$STATE"
  chmod 0640 "$LOG"
  case ${1:-boot} in
    watch) watch ;;
    *) boot ;;
  esac
}

boot() {
  exec 9>"$STATE/lock"
  if ! flock -n 9; then
    say 'another run is under way: leaving the work to it'
    return 0
  fi
  # The script that Google's agent runs is a temporary file; the watcher needs one that stays.
  if ! [[ $0 -ef $STATE/boot.sh ]]; then
    cp "$0" "$STATE/boot.sh.new" && chmod 0700 "$STATE/boot.sh.new" && mv -f "$STATE/boot.sh.new" "$STATE/boot.sh"
  fi
  if ! read_metadata; then
    say 'the metadata server does not answer: nothing can be done'
    return 1
  fi
  run_duties
}

# run_duties: local SSDs and mounts come first, because files may land on them; drivers are waited for meanwhile, and
# what is left runs side by side. The user's command comes last, on a machine where all the rest is well.
run_duties() {
  rm -f "$DUTIES"/*/code
  report_status running local-ssd
  perform drivers &
  local drivers=$!
  perform local-ssd
  perform mounts
  perform files &
  perform ops-agent &
  perform notebook &
  wait "$drivers"
  perform ray &
  wait
  start_watch
  if [[ -z $(first_failed) ]]; then
    perform startup-command
  else
    put_off startup-command "not run: $(first_failed) failed"
  fi
  sum_up_duties
}

# sum_up_duties: reports whether this machine is ready.
sum_up_duties() {
  local failed
  failed=$(first_failed)
  if [[ -n $failed ]]; then
    report_status failed "$failed"
    say "this machine is not ready: $failed failed"
  else
    report_status ready startup-command
    say 'this machine is ready'
  fi
}

# perform DUTY: runs one duty in a subshell with its output in a file, shows that file line by line, and reports how the
# duty ended. A file, not a pipe: what a duty leaves running in the background must not hold us up.
perform() {
  local name=$1 DUTY=$1 began=$SECONDS code=0 state='done' pid follower
  [[ -d $DUTIES/$name ]] || mkdir -p "$DUTIES/$name"
  rm -f "$DUTIES/$name"/{detail,skipped,code}
  : >"$DUTIES/$name/log"
  report_status running "$name"
  report_duty "$name" running 0 0
  (
    set -eu -o pipefail
    "duty_${name//-/_}"
  ) >"$DUTIES/$name/log" 2>&1 </dev/null 9>&- &
  pid=$!
  tail -n +1 -f -s 0.2 --pid="$pid" "$DUTIES/$name/log" 2>/dev/null | say_lines "$name" &
  follower=$!
  wait "$pid" || code=$?
  wait "$follower"
  if ((code != 0)); then state=failed; elif [[ -f $DUTIES/$name/skipped ]]; then state=skipped; fi
  if [[ $state == failed && ! -f $DUTIES/$name/detail ]]; then
    echo "ended with code $code: $(tail -n 1 "$DUTIES/$name/log")" >"$DUTIES/$name/detail"
  fi
  echo "$code" >"$DUTIES/$name/code"
  say "$name: $state after $((SECONDS - began)) s: $(cat "$DUTIES/$name/detail" 2>/dev/null)"
  report_duty "$name" "$state" "$code" $((SECONDS - began))
}

# put_off DUTY WHY: reports a duty that is not begun.
put_off() {
  mkdir -p "$DUTIES/$1"
  rm -f "$DUTIES/$1"/{code,log}
  echo "$2" >"$DUTIES/$1/detail"
  report_duty "$1" skipped 0 0
  say "$1: $2"
}

# first_failed: the first duty that did not end well; nothing when all did.
first_failed() {
  local name
  for name in "${ALL_DUTIES[@]}"; do
    if [[ -f $DUTIES/$name/code && $(<"$DUTIES/$name/code") != 0 ]]; then
      echo "$name"
      return 0
    fi
  done
}

# detail TEXT: within a duty, the one line that says what came of it.
detail() {
  printf '%s\n' "$*" >"$DUTIES/$DUTY/detail"
}

# skip TEXT: within a duty, ends it as one with nothing to do.
skip() {
  detail "$@"
  : >"$DUTIES/$DUTY/skipped"
  exit 0
}

# give_up TEXT: within a duty, ends it as failed.
give_up() {
  detail "$@"
  echo "$*"
  exit 1
}
