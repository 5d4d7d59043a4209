# shellcheck shell=bash
# The metadata server: what this machine was told, who it is, and its access token.

METADATA=http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1

# The keys of the guest contract; docs/guest.md says what each means.
METADATA_KEYS=(cp-deployment cp-deployment-id cp-gpu-count cp-local-ssd-count cp-files-bucket cp-files-manifest
  cp-files-sha256 cp-files-destination cp-gcs-mounts cp-nfs-mounts cp-startup-command cp-startup-id cp-ops-agent
  cp-notebook cp-orchestrator cp-install-drivers)

# metadata KEY: the value of the last read_metadata; nothing where the key is not set.
metadata() {
  if [[ -f $STATE/metadata/$1 ]]; then cat "$STATE/metadata/$1"; fi
}

# read_metadata: copies every key into a file of its own, byte for byte. Waits for the server for about five minutes.
read_metadata() {
  local key try
  mkdir -p "$STATE/metadata"
  for key in "${METADATA_KEYS[@]}"; do
    for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
      ask_metadata "instance/attributes/$key" "$STATE/metadata/.$key" && break
      if [[ $try == 12 ]]; then return 1; fi
      pause "$try"
    done
    if [[ -f $STATE/metadata/.$key ]]; then
      mv -f "$STATE/metadata/.$key" "$STATE/metadata/$key"
    else
      rm -f "$STATE/metadata/$key"
    fi
  done
}

# ask_metadata PATH FILE: writes one answer into FILE; no FILE afterwards means that there is no such value.
ask_metadata() {
  local code
  code=$(curl -sS --noproxy '*' --max-time 20 -H 'Metadata-Flavor: Google' -o "$2" -w '%{http_code}' "$METADATA/$1") || code=000
  [[ $code == 200 ]] && return 0
  rm -f "$2"
  [[ $code == 404 ]]
}

# about_me PATH: one fact about the instance or the project, such as instance/name.
about_me() {
  curl -sS -f --noproxy '*' --max-time 20 --retry 5 -H 'Metadata-Flavor: Google' "$METADATA/$1"
}

# access_token: a token of the machine's service account. The server itself keeps it until it is about to expire.
access_token() {
  about_me instance/service-accounts/default/token | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p'
}
