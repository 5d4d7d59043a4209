import { homedir } from 'node:os';
import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { makeBaseImages } from './base-images.ts';
import { openEngine } from './engine.ts';
import { must } from './shell.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The client with its environment, and the image under test; or why there is none. */
    docker: { cli: string; env: Record<string, string>; image: string } | { why: string };
  }
}

const root = join(import.meta.dirname, '../../..');
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cluster-provision/docker-test');

/** Builds the image once for all tests; where there can be no engine, the tests are skipped, and say so in one line. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const engine = await openEngine(cache);
  if ('why' in engine) {
    console.log(`skipped: the tests of the image; ${engine.why}`);
    project.provide('docker', engine);
    return undefined;
  }
  try {
    const image = 'cluster-provision:test';
    const bases = engine.own ? await makeBaseImages(engine, cache) : [];
    const started = Date.now();
    await must(engine.cli, ['build', '-t', image, '--build-arg', 'VERSION=0.0.0-test', ...bases, root], {
      env: engine.env,
    });
    console.log(`the image is built in ${Math.round((Date.now() - started) / 1000)} s`);
    project.provide('docker', { cli: engine.cli, env: engine.env, image });
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return () => engine.stop();
}
