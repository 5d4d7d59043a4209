import { counted } from '../core/count.ts';
import { parseMap } from './hcl-map.ts';
import type { Kind } from './option.ts';
import { Refusal } from './refusal.ts';

// https://docs.cloud.google.com/compute/docs/metadata/setting-custom-metadata#limitations
const mostValueBytes = 256 * 1024;
const mostBytes = 512 * 1024;
// Room for the keys that the product sets itself: the start-up script and the rest of them.
const ownBytes = 96 * 1024;

const instead: Readonly<Record<string, string>> = {
  'startup-script': 'use STARTUP_COMMAND or STARTUP_SCRIPT_PATH',
  'startup-script-url': 'use STARTUP_COMMAND or STARTUP_SCRIPT_PATH',
  'shutdown-script': 'it is set by this program',
  'shutdown-script-url': 'it is set by this program',
  'user-data': 'use STARTUP_COMMAND or STARTUP_SCRIPT_PATH',
  'enable-oslogin': 'OS Login is always on',
  'block-project-ssh-keys': 'OS Login is always on',
  'ssh-keys': 'OS Login is always on, and ignores keys here',
  sshKeys: 'OS Login is always on, and ignores keys here',
  'enable-guest-attributes': 'it is always on',
  'serial-port-enable': 'the interactive serial port stays off',
  'proxy-mode': 'use ENABLE_NOTEBOOK',
};

/** METADATA: what the machines find on their metadata server beside the keys of this program. */
export function metadata(): Kind<Record<string, string>> {
  return {
    allowed: 'a map such as { key1 = "val", key2 = "val2" }, or the same as JSON',
    verbatim: true,
    parse(text) {
      const map = parseMap(text);
      let bytes = 0;
      for (const [key, value] of map) {
        checkKey(key);
        const size = Buffer.byteLength(value);
        if (size > mostValueBytes)
          throw new Refusal(`the value of ${key} is ${counted(size, 'byte')} long; ${mostValueBytes} are allowed`);
        bytes += Buffer.byteLength(key) + size;
      }
      const most = mostBytes - ownBytes;
      if (bytes > most)
        throw new Refusal(`all keys and values together are ${counted(bytes, 'byte')} long; ${most} are allowed`);
      return Object.fromEntries(map);
    },
  };
}

/**
 * Why the start-up command does not fit into the metadata beside that of the user, which is where the machines find it;
 * `undefined` = it does. Google counts bytes, and refuses the template of the machines when all else is made.
 */
export function tooLongACommand(command: string, users: Readonly<Record<string, string>>): string | undefined {
  const size = Buffer.byteLength(command);
  const taken = Object.entries(users).reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
  const most = Math.min(mostValueBytes, mostBytes - ownBytes - taken);
  if (size <= most) return undefined;
  return `is ${counted(size, 'byte')} long; the machines' metadata has room for ${most}: copy it with COPY_DIR_PATH and call it`;
}

function checkKey(key: string): void {
  if (!/^[\w-]{1,128}$/.test(key)) throw new Refusal(`the key '${key}' is not 1 to 128 letters, digits, - and _`);
  if (key.startsWith('cp-'))
    throw new Refusal(`the key ${key} cannot be set: keys that begin with cp- belong to this program`);
  if (Object.hasOwn(instead, key)) throw new Refusal(`the key ${key} cannot be set: ${instead[key]}`);
}
