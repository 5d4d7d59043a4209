# shellcheck shell=bash
# The metadata server: what this machine was told, who it is, and its access token.

METADATA=http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1

# The keys of the guest contract; README.md beside this file says what each means.
METADATA_KEYS=(cp-deployment cp-deployment-id cp-gpu-count cp-local-ssd-count cp-files-bucket cp-files-manifest
  cp-files-sha256 cp-files-destination cp-gcs-mounts cp-nfs-mounts cp-startup-command cp-startup-id cp-ops-agent
  cp-notebook cp-orchestrator cp-install-drivers)

# metadata KEY: the value of the last read_metadata; nothing where the key is not set.
metadata() {
  if [[ -f $STATE/metadata/$1 ]]; then cat "$STATE/metadata/$1"; fi
}

# read_metadata: copies every key into a file of its own, byte for byte, and never takes a file away for a moment: duties
# read while the watcher asks again. Waits for the server for about four minutes.
read_metadata() {
  local key new=$STATE/metadata.$BASHPID
  mkdir -p "$STATE/metadata"
  retry 12 ask_metadata "$new" || return 1
  for key in "${METADATA_KEYS[@]}"; do
    if [[ -e $STATE/metadata/$key && ! -e $new/$key ]]; then rm -f "$STATE/metadata/$key"; fi
  done
  # One more, so that there is always something to move.
  : >"$new/read"
  mv -f "$new"/* "$STATE/metadata/"
  rmdir "$new"
}

# ask_metadata FOLDER: asks for all keys over one connection; a key that is not set has no file afterwards.
ask_metadata() {
  local key file code codes
  local -a requests=() gone=()
  rm -rf "$1"
  mkdir "$1"
  for key in "${METADATA_KEYS[@]}"; do
    requests+=(-o "$1/$key" "$METADATA/instance/attributes/$key")
  done
  codes=$(curl -sS --noproxy '*' --max-time 20 -H 'Metadata-Flavor: Google' -w '%{http_code} %{filename_effective}\n' \
    "${requests[@]}") || return 1
  while read -r code file; do
    case $code in
      200) [[ -f $file ]] || : >"$file" ;;
      404) gone+=("$file") ;;
      *) return 1 ;;
    esac
  done <<<"$codes"
  rm -f "${gone[@]}"
}

# about_me PATH: one fact about the instance or the project, such as instance/name.
about_me() {
  curl -sS -f --noproxy '*' --max-time 20 --retry 5 -H 'Metadata-Flavor: Google' "$METADATA/$1"
}

# access_token: a token of the machine's service account. The server itself keeps it until it is about to expire.
access_token() {
  about_me instance/service-accounts/default/token | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p'
}
