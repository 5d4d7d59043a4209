import { readFile, readdir, writeFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { listObjects } from '../../src/google/storage.ts';
import { putInRescue, rescueState } from '../../src/terraform/rescue.ts';
import { valueOf } from '../../src/terraform/runner.ts';
import { openCloud } from './cloud-desk.ts';
import type { CloudDesk } from './cloud-desk.ts';
import { realTerraform } from './workbench.ts';
import type { Workbench } from './workbench.ts';

const folder = 'demo-deployment';
const place = { prefix: 'demo', bucket: 'state', folder };

/** Real terraform with a state in the sandbox's bucket: one resource, serial 1. */
async function openBench(desk: CloudDesk): Promise<Workbench> {
  const bench = await realTerraform({ cloud: desk.cloud });
  await bench.work.writeStack({
    configuration: {
      terraform: { backend: { gcs: { bucket: 'state', prefix: `${folder}/terraform/state` } } },
      resource: { terraform_data: { machine: {} } },
    },
    variables: {},
  });
  valueOf(await bench.terraform.init());
  valueOf(await bench.terraform.apply({ fresh: true }));
  return bench;
}

async function currentState(bench: Workbench): Promise<{ serial: number; lineage: string; outputs: object }> {
  return JSON.parse(valueOf(await bench.terraform.pull()) ?? '');
}

const silent = { report: { info: () => undefined, warn: () => undefined } };

it('finishes what a run began whose bucket was gone, from the state that terraform left', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  await bench.work.writeStack({
    configuration: {
      terraform: { backend: { gcs: { bucket: 'state', prefix: `${folder}/terraform/state` } } },
      resource: { terraform_data: { machine: {}, another: {} } },
    },
    variables: {},
  });
  desk.refuse({ method: 'POST', path: 'name=.*default.tfstate' }, { status: 503 });
  const stop = new AbortController();
  const failed = await bench.terraform.apply({ fresh: true, stop: stop.signal, onProgress: () => stop.abort() });
  desk.faults.replace([]);
  const before = valueOf(await bench.terraform.list());

  await rescueState({ ...desk, ...bench, run: silent }, place);

  expect(failed).toMatchObject({ ok: false, fault: { code: 'STATE_NOT_SAVED' } });
  expect(before).toEqual(['terraform_data.machine']);
  expect(valueOf(await bench.terraform.list())).toEqual(['terraform_data.another', 'terraform_data.machine']);
});

it('pushes a state that an earlier run kept in the work directory, and keeps a copy', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  const state = await currentState(bench);
  const stranded = { ...state, serial: state.serial + 1, outputs: { from: { value: 'rescue', type: 'string' } } };
  await writeFile(bench.work.file('errored.tfstate'), JSON.stringify(stranded));

  await rescueState({ ...desk, ...bench, run: silent }, place);

  expect((await currentState(bench)).outputs).toEqual(stranded.outputs);
  expect((await readdir(bench.work.path)).filter((name) => name.endsWith('.tfstate'))).toEqual([
    `rescued-${stranded.serial}.tfstate`,
  ]);
});

it('pushes the newest of those that were put into the bucket, and clears them all', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  const state = await currentState(bench);
  for (const more of [1, 3, 2]) {
    const outputs = { more: { value: more, type: 'number' } };
    await putInRescue(desk.http, place, JSON.stringify({ ...state, serial: state.serial + more, outputs }));
  }

  await rescueState({ ...desk, ...bench, run: silent }, place);

  expect((await currentState(bench)).outputs).toMatchObject({ more: { value: 3 } });
  expect(await listObjects(desk.http, 'state', { prefix: `${folder}/rescue/` })).toEqual([]);
});

it('never pushes an older state over a newer one', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  const state = await currentState(bench);
  await writeFile(bench.work.file('errored.tfstate'), JSON.stringify({ ...state, outputs: {} }));

  await rescueState({ ...desk, ...bench, run: silent }, place);

  expect(await currentState(bench)).toEqual(state);
  expect(JSON.parse(await readFile(bench.work.file(`rescued-${state.serial}.tfstate`), 'utf8'))).toMatchObject({
    lineage: state.lineage,
  });
});

it('stops at a state with another history, and touches neither', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  const state = await currentState(bench);
  const foreign = JSON.stringify({ ...state, serial: 99, lineage: '00000000-0000-0000-0000-000000000000' });
  await writeFile(bench.work.file('errored.tfstate'), foreign);

  const failure = rescueState({ ...desk, ...bench, run: silent }, place);

  await expect(failure).rejects.toMatchObject({ code: 'STATE_CHANGED', exit: 26 });
  expect(await currentState(bench)).toEqual(state);
  expect(await readFile(bench.work.file('errored.tfstate'), 'utf8')).toBe(foreign);
});

it('has nothing to do after a run that ended in good order', async () => {
  const desk = await openCloud();
  await using bench = await openBench(desk);
  const state = await currentState(bench);

  await rescueState({ ...desk, ...bench, run: silent }, place);

  expect(await currentState(bench)).toEqual(state);
});
