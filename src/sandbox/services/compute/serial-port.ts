import type { Call } from './call.ts';
import { ApiError } from '../../service.ts';
import { selfLink } from './path.ts';

// One answer holds at most 1 MB: https://cloud.google.com/compute/docs/reference/rest/v1/instances/getSerialPortOutput
const mostBytes = 1_048_576;

/** What the machine wrote to a serial port, from byte `start` on (negative: so many bytes before the end). */
export function serialPort(call: Call, path: string): object {
  const { port = '1', start = '0' } = call.request.query;
  const asked = Number(start);
  if (!['1', '2', '3', '4'].includes(port) || !Number.isInteger(asked)) {
    throw new ApiError(
      400,
      'invalid',
      `Invalid value for field 'port': '${port}'. Must be between 1 and 4, inclusive.`,
    );
  }
  const kept = (port === '1' && call.store.get<{ contents: string; start: number }>('serialPorts', path)) || {
    contents: '',
    start: 0,
  };
  const bytes = Buffer.from(kept.contents);
  const end = kept.start + bytes.length;
  const from = Math.min(end, Math.max(kept.start, asked < 0 ? end + asked : asked));
  const contents = bytes.subarray(from - kept.start, from - kept.start + mostBytes);
  return {
    kind: 'compute#serialPortOutput',
    contents: contents.toString(),
    start: String(from),
    next: String(from + contents.length),
    selfLink: selfLink(`${path}/serialPort`),
  };
}
