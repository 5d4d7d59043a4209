# shellcheck shell=bash
# The services that an image brings.

# start_service UNIT: starts it unless it runs; fails, and shows why, while it does not.
start_service() {
  systemctl is-active --quiet "$1" || systemctl start "$1" || systemctl status --no-pager "$1" || return 1
  systemctl is-active --quiet "$1"
}
