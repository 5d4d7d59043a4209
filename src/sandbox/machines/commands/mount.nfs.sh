#!/usr/bin/env bash
# mount.nfs: only has to be there; see `mount`.
exit 0
