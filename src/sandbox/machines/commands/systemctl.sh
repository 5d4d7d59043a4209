#!/usr/bin/env bash
# systemctl: the services of a Deep Learning VM image, each a file in `units` with the word active or inactive.
units=$(dirname "$0")/units
verb=$1
unit=${*: -1}
unit=${unit%.service}.service
if ! [[ -f $units/$unit ]]; then
  echo "Unit $unit could not be found." >&2
  exit 4
fi
case $verb in
  cat | status) echo "$unit is $(<"$units/$unit")" ;;
  is-active) [[ $(<"$units/$unit") == active ]] ;;
  start | restart) echo active >"$units/$unit" ;;
  stop) echo inactive >"$units/$unit" ;;
  enable | disable) ;;
  *) echo "systemctl: $verb is not known in the sandbox" >&2; exit 1 ;;
esac
