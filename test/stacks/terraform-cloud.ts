import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Service } from '../../src/google/endpoints.ts';
import { startProvider } from '../../src/sandbox/provider/provider.ts';
import { openSandbox } from '../../src/sandbox/start.ts';
import { openTerraformDesk } from './terraform-desk.ts';
import type { TerraformDesk } from './terraform-desk.ts';

const project = 'supercomputer-testing';

/** A sandbox of its own with the buckets and the account that the golden inputs name, and a desk to apply stacks at. */
export interface TerraformCloud extends AsyncDisposable {
  desk: TerraformDesk;
  /** Names of what one of Compute's collections holds, such as `global/networks`, in order. */
  names(collection: string): Promise<string[]>;
  /** What one of Compute's collections holds, as the API answers it. */
  items<Item>(collection: string): Promise<Item[]>;
}

/** Opens the sandbox, the provider and the desk; all are gone afterwards. */
export async function openTerraformCloud(): Promise<TerraformCloud> {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-provision-cloud-'));
  const sandbox = await openSandbox({ dir: folder });
  const provider = await startProvider(sandbox);
  const desk = await openTerraformDesk(provider.environment);

  async function ask(service: Service, path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${await sandbox.tokens.token()}`, 'content-type': 'application/json' };
    const request = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
    const response = await fetch(sandbox.endpoints[service] + path, request);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  }

  for (const name of ['spani-bucket', 'data-sets', 'models']) {
    const iamConfiguration = { uniformBucketLevelAccess: { enabled: true } };
    await ask('storage', `/storage/v1/b?project=${project}`, { name, iamConfiguration });
  }
  await ask('iam', `/v1/projects/${project}/serviceAccounts`, { accountId: 'trainer' });

  async function items<Item>(collection: string): Promise<Item[]> {
    const { items: found = [] } = (await ask('compute', `/compute/v1/projects/${project}/${collection}`)) as {
      items?: Item[];
    };
    return found;
  }

  return {
    desk,
    items,
    names: async (collection) => (await items<{ name: string }>(collection)).map(({ name }) => name).sort(),
    async [Symbol.asyncDispose]() {
      await desk[Symbol.asyncDispose]();
      await provider.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
