#!/usr/bin/env bash
# dmesg: the kernel's log is the host's, and none of the machine's business.
exit 0
