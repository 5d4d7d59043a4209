#!/usr/bin/env bash
# The first process of a machine: runs the start-up script, hands its exit code on, and stays, so that what the script
# left running has a parent and the machine an end.
bash "$(dirname "$0")/startup-script" 3>&- </dev/null
echo $? >&3
exec 3>&- >/dev/null 2>&1
sleep infinity &
wait
