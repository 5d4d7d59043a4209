import * as z from 'zod';

import type { Clock } from '../core/clock.ts';
import { userAndHost } from '../core/who.ts';
import { isGoogleError } from '../google/http.ts';
import type { GoogleHttp } from '../google/http.ts';
import { deleteObject, putText, readText } from '../google/storage.ts';

const Holder = z.object({
  /** One run of the program. */
  run: z.string(),
  action: z.string(),
  /** `user@host`, as Terraform writes it into its own lock. */
  who: z.string(),
  /** When the run took the lease, by Google's clock (ISO 8601). */
  since: z.string(),
  /** The same by the clock of its host (milliseconds since 1970), which writes the time into Terraform's lock. */
  began: z.number().default(0),
});

/** Who may change a deployment at the moment. */
export type LeaseHolder = z.output<typeof Holder>;

/** The right to change a deployment. Disposing gives it back. */
export interface Lease extends AsyncDisposable {
  /** Aborted when another run has taken the lease over: whatever we do from now on, we do beside it. */
  lost: AbortSignal;
  holder: LeaseHolder;
  /** The run that held it before and died, if it was taken over. */
  dead: LeaseHolder | undefined;
  /** Gives no more signs of life and leaves it where it is: others may take it over in a minute, not before. */
  leave(): Promise<void>;
}

/** What taking a lease needs. Times in milliseconds. */
export interface LeaseRequest {
  bucket: string;
  /** `<dir>/<prefix>-deployment`, without a final slash. */
  folder: string;
  run: string;
  action: string;
  timeout: number;
  clock: Clock;
  stop: AbortSignal;
  /** With what `lost` is aborted. */
  onLost: Error;
  /** Told at every look that finds a living holder. */
  onWait(holder: LeaseHolder): void;
}

// A holder that has given no sign of life for so long is dead. Its signs come every ten seconds.
const silence = 60_000;
const beat = 10_000;
const look = 2_000;

/**
 * Takes the lease of a deployment: one run at a time changes it. A living holder is waited for; one that has been silent for
 * a minute is replaced. All times are those of Google's clock, so ours may be wrong.
 * Answers `undefined` with the holder when `timeout` has passed.
 */
export async function takeLease(http: GoogleHttp, request: LeaseRequest): Promise<Lease | { heldBy: LeaseHolder }> {
  const { clock, stop } = request;
  const object = { bucket: request.bucket, name: `${request.folder}/lease.json` };
  const began = clock.now();
  const deadline = began + request.timeout;
  for (;;) {
    const found = await readText(http, object.bucket, object.name);
    const holder = found && parseHolder(found.text);
    const dead = found !== undefined && http.time() - found.updated >= silence;
    const mine = holder?.run === request.run;
    if (found === undefined || dead || mine) {
      const own = {
        run: request.run,
        action: request.action,
        who: userAndHost(),
        since: new Date(http.time()).toISOString(),
        began,
      };
      const generation = await write(http, object, own, found?.generation ?? '0');
      if (generation !== undefined)
        return keepAlive(
          http,
          object,
          { own, generation, dead: mine ? undefined : holder, lost: request.onLost },
          clock,
        );
      continue;
    }
    if (holder) request.onWait(holder);
    if (holder && clock.now() >= deadline) return { heldBy: holder };
    await clock.sleep(look, stop);
  }
}

/** Takes the lease away from whoever holds it, by an explicit act of the user; answers who that was. */
export async function endLease(
  http: GoogleHttp,
  { bucket, folder }: Pick<LeaseRequest, 'bucket' | 'folder'>,
): Promise<LeaseHolder | undefined> {
  const object = { bucket, name: `${folder}/lease.json` };
  const found = await readText(http, bucket, object.name);
  if (found === undefined) return undefined;
  await deleteObject(http, { ...object, ifGenerationMatch: found.generation });
  return parseHolder(found.text);
}

/** Who holds the lease of a deployment, and whether it still gives signs of life; `undefined` = nobody. */
export async function readLease(
  http: GoogleHttp,
  { bucket, folder }: Pick<LeaseRequest, 'bucket' | 'folder'>,
): Promise<(LeaseHolder & { alive: boolean }) | undefined> {
  const found = await readText(http, bucket, `${folder}/lease.json`);
  return found && { ...parseHolder(found.text), alive: http.time() - found.updated < silence };
}

function keepAlive(
  http: GoogleHttp,
  object: { bucket: string; name: string },
  held: { own: LeaseHolder; generation: string; dead: LeaseHolder | undefined; lost: Error },
  clock: Clock,
): Lease {
  const lost = new AbortController();
  const ended = new AbortController();
  let { generation } = held;
  let left = false;

  async function beatOn(): Promise<void> {
    for (;;) {
      await clock.sleep(beat, ended.signal);
      try {
        const next = await write(http, object, held.own, generation);
        if (next === undefined) return lost.abort(held.lost);
        generation = next;
      } catch {
        // Google cannot be reached: the next beat may succeed; nobody else can reach it for us.
      }
    }
  }
  const beating = beatOn().catch(() => undefined);

  return {
    lost: lost.signal,
    holder: held.own,
    dead: held.dead,
    async leave() {
      left = true;
      ended.abort();
      await beating;
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      await beating;
      if (left || lost.signal.aborted) return;
      // The next run waits a minute for one that could not be given back: no reason to fail.
      await deleteObject(http, { ...object, ifGenerationMatch: generation }).catch(() => undefined);
    },
  };
}

/** Writes the lease in place of the generation given; answers the new one, or `undefined` when somebody was faster. */
async function write(
  http: GoogleHttp,
  object: { bucket: string; name: string },
  own: LeaseHolder,
  ifGenerationMatch: string,
): Promise<string | undefined> {
  try {
    return (await putText(http, { ...object, text: JSON.stringify(own), ifGenerationMatch })).generation;
  } catch (error) {
    const lost = error instanceof TypeError || (isGoogleError(error) && error.status >= 500);
    if (!lost && !isGoogleError(error, 412)) throw error;
    // The answer to our own first try may have been lost, and then it is in our own way.
    const found = await readText(http, object.bucket, object.name);
    return found && parseHolder(found.text).run === own.run ? found.generation : undefined;
  }
}

// Whatever is written in it, it is a lease.
function parseHolder(text: string): LeaseHolder {
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return { run: '', action: 'something', who: 'somebody', since: '', began: 0 };
  }
}
