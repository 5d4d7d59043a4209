#!/usr/bin/env bash
# answer-ssh: the machine's sshd for one connection, on standard input and output. LOGINS names who may log in, a line
# `user uid home` each; KEYS their keys, a line `user key` each: what Google's OS Login modules ask the metadata server.
set -eu
folder=/run/sandbox-logins
mkdir -p /run/sshd /etc/profile.d
{
  # One connection at a time changes these files.
  flock 9
  rm -rf "$folder" && mkdir "$folder"
  while read -r user uid home; do
    [[ -n $user ]] || continue
    grep -q "^$user:" /etc/passwd || echo "$user:*:$uid:$uid::$home:/bin/bash" >>/etc/passwd
    grep -q "^$user:" /etc/group || echo "$user:*:$uid:" >>/etc/group
    [[ -d $home ]] || install -d -m 750 -o "$uid" -g "$uid" "$home"
  done <<<"$LOGINS"
  while read -r user key; do if [[ -n $user ]]; then echo "$key" >>"$folder/$user"; fi; done <<<"$KEYS"
  # A login shell begins with a PATH of its own.
  echo "PATH=${0%/*}:\$PATH" >/etc/profile.d/sandbox-machine.sh
} 9>/run/sandbox-logins.lock
variables=()
for name in PATH GCE_METADATA_HOST STORAGE_EMULATOR_HOST CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE NO_PROXY no_proxy; do
  variables+=("$name=${!name}")
done
exec "${0%/*}/bounded" /usr/sbin/sshd -i -f /dev/null -E /var/log/sshd.log \
  -o HostKey=/etc/ssh/ssh_host_ed25519_key -o "AuthorizedKeysFile=$folder/%u" -o "SetEnv=${variables[*]}" \
  -o UsePAM=no -o PermitRootLogin=no -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no \
  -o UseDNS=no -o PrintLastLog=no -o 'Subsystem=sftp internal-sftp'
