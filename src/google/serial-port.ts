import * as z from 'zod';

import type { GoogleHttp } from './http.ts';

const Output = z.object({
  contents: z.string().default(''),
  start: z.coerce.number().default(0),
  next: z.coerce.number().default(0),
});

/** A piece of what a machine has written to serial port 1. */
export interface SerialOutput {
  contents: string;
  /** Where `contents` begins, in bytes since the machine was made. Google keeps the newest MiB only. */
  start: number;
  /** Where to go on. */
  next: number;
}

/**
 * What a machine has written from byte `start` on, up to 1 MB; a negative `start` counts from the end.
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances/getSerialPortOutput
 */
export function getSerialPortOutput(
  http: GoogleHttp,
  place: { project: string; zone: string; machine: string },
  start: number,
  signal?: AbortSignal,
): Promise<SerialOutput> {
  const { project, zone, machine } = place;
  const path = `/compute/v1/projects/${project}/zones/${zone}/instances/${machine}/serialPort`;
  return http.call({ method: 'GET', service: 'compute', path, query: { port: 1, start }, signal }, Output);
}
