import type { Clock } from '../../core/clock.ts';
import type { Store } from '../service.ts';

/** What serial port 1 of a machine has said: the newest MiB, and how many bytes came before that. */
export interface SerialPort {
  contents: string;
  start: number;
}

/** Takes the output of one machine. */
export interface SerialConsole {
  write(text: string): void;
  /** Writes down what is not written down yet. */
  flush(): void;
}

const kind = 'serialPorts';
// https://cloud.google.com/compute/docs/troubleshooting/viewing-serial-port-output: Google keeps 1 MiB.
const most = 1_048_576;
// A store that is kept on disk writes a value whole: so the lines of a moment are written down together.
const every = 200;

/** The serial console of the instance `instanceKey`, kept in the store. */
export function openSerialConsole(store: Store, clock: Clock, instanceKey: string): SerialConsole {
  let pending = '';
  let writing = false;

  function flush(): void {
    if (!pending) return;
    const { contents, start } = store.get<SerialPort>(kind, instanceKey) ?? { contents: '', start: 0 };
    const bytes = Buffer.from(contents + pending);
    let cut = Math.max(0, bytes.length - most);
    // Not in the middle of a character.
    while (cut > 0 && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut += 1;
    pending = '';
    store.put(kind, instanceKey, { contents: bytes.subarray(cut).toString(), start: start + cut } satisfies SerialPort);
  }
  return {
    write(text) {
      pending += text;
      if (writing) return;
      writing = true;
      void clock.sleep(every).then(() => {
        writing = false;
        flush();
      });
    },
    flush,
  };
}

/** Takes the serial output of a machine away. */
export function deleteSerialPort(store: Store, instanceKey: string): void {
  store.delete(kind, instanceKey);
}
