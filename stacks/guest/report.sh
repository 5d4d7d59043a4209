# shellcheck shell=bash
# What the machine says: lines on its serial console and in its log, and guest attributes that the provisioner reads.

# say TEXT...: one line on standard output (Google shows it on the serial console) and in the log.
say() {
  local -x TZ=UTC0
  local line
  printf -v line '%(%FT%TZ)T cluster-provision: %s' -1 "$*"
  printf '%s\n' "$line"
  printf '%s\n' "$line" >>"$LOG"
}

# counted NUMBER NOUN: `1 file`, `2 files`.
counted() {
  if [[ $1 == 1 ]]; then printf '%s' "1 $2"; else printf '%s' "$1 $2s"; fi
}

# say_lines NAME: says each line of standard input.
say_lines() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do say "$1: $line"; done
}

# report_duty NAME STATE CODE SECONDS: the guest attribute of one duty. The two texts are cut so that even with every
# character escaped the value stays below 4 KiB.
report_duty() {
  local name=$1 state=$2 code=$3 seconds=$4 detail='' tail='' manifest=''
  [[ -s $DUTIES/$name/detail ]] && detail=$(head -c 500 "$DUTIES/$name/detail" | json_text)
  [[ -s $DUTIES/$name/log ]] && tail=$(last_lines "$DUTIES/$name/log" | json_text)
  # Which copy this is about: a reader can tell the answer to a new copy from the answer to the last one.
  [[ $name == files ]] && manifest=",\"manifest\":\"$(metadata cp-files-sha256 | tr -cd '0-9a-f')\""
  attribute "$name" "{\"state\":\"$state\",\"code\":$code,\"seconds\":$seconds,\"detail\":\"$detail\",\"tail\":\"$tail\"$manifest}"
}

# report_status STATE DUTY: the guest attribute that sums the machine up: running, ready or failed.
report_status() {
  local boot
  boot=$(<"$ROOT/proc/sys/kernel/random/boot_id")
  attribute status "{\"state\":\"$1\",\"duty\":\"$2\",\"boot\":\"$boot\"}"
}

# attribute NAME VALUE: sets one guest attribute. Where that is impossible the machine goes on with its work.
attribute() {
  retry 5 put_attribute "$@" || say "the guest attribute $1 could not be written"
}

put_attribute() {
  printf '%s' "$2" | curl -sS -f -o /dev/null --noproxy '*' --max-time 10 -X PUT -H 'Metadata-Flavor: Google' \
    --data-binary @- "$METADATA/instance/guest-attributes/cluster-provision/$1" 2>>"$LOG"
}

# last_lines FILE: the end of a log; of a progress bar only what it showed last.
last_lines() {
  tail -c 65536 "$1" | LC_ALL=C sed -e 's/\r$//' -e 's/.*\r//' | tail -n 50 | tail -c 1300
}

# json_text: makes standard input the inside of a JSON string: valid UTF-8 without colour codes and control characters.
json_text() {
  LC_ALL=C sed -e 's/\x1b\[[0-9;?]*[A-Za-z]//g' | LC_ALL=C tr -d '\000-\010\013-\037\177' |
    valid_utf8 | LC_ALL=C sed -e ':more' -e '$!{N;b more' -e '}' -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/\t/\\t/g' -e 's/\n/\\n/g'
}

# valid_utf8: drops the bytes of standard input that are not UTF-8, such as the half of a character that a cut left.
valid_utf8() {
  if command -v iconv >/dev/null; then iconv -c -f UTF-8 -t UTF-8 2>/dev/null || true; else LC_ALL=C tr -d '\200-\377'; fi
}
