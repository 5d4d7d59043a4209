// The types that Google's guest agent writes, as gcloud reads them.
const types = new Set(['ssh-rsa', 'ssh-ed25519', 'ecdsa-sha2-nistp256']);

/**
 * The known_hosts file for one machine, from the host keys that it has written as guest attributes below `hostkeys/` (type
 * → base64); `undefined` when it has written none. Whatever is no key is left out: the file is read by ssh.
 * https://cloud.google.com/compute/docs/connect/ssh-best-practices/network-access#guest-attributes
 */
export function knownHosts(alias: string, attributes: Readonly<Record<string, string>>): string | undefined {
  const lines = Object.entries(attributes).flatMap(([type, value]) => {
    const [key = ''] = value.trim().split(/\s/);
    const isKey = types.has(type) && key !== '' && Buffer.from(key, 'base64').toString('base64') === key;
    return isKey ? [`${alias} ${type} ${key}\n`] : [];
  });
  return lines.length === 0 ? undefined : lines.toSorted().join('');
}
