#!/usr/bin/env bash
# The first process of a machine: runs the start-up script, hands its exit code on, and stays, so that what the script
# left running has a parent and the machine an end.
# Where the machine is only a process group, nothing ends it with the sandbox but this.
if ((PPID > 1)); then
  while kill -0 "$PPID" 2>/dev/null; do sleep 2; done && kill -KILL 0 &
fi 3>&- >/dev/null 2>&1
bash "$(dirname "$0")/startup-script" 3>&- </dev/null
echo $? >&3
exec 3>&- >/dev/null 2>&1
sleep infinity &
wait
