#!/usr/bin/env bash
# gcsfuse: mounts a folder that all machines of the sandbox share, in place of the bucket.
arguments=("$@")
exec "$(dirname "$0")/mount" -t nfs "gcs/${arguments[-2]}" "${arguments[-1]}"
