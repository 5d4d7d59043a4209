import { expect, it } from 'vitest';

import {
  deleteObject,
  deleteObjects,
  getObject,
  listBuckets,
  listObjects,
  putText,
  readText,
} from '../../src/google/storage.ts';
import { openCloud } from '../terraform/cloud-desk.ts';

const bucket = 'state';

it.each(['a/b c.json', 'a/%2F+&?#=.json', 'a/ünï/Ω', "a/'quoted'"])('reads back what it wrote as %s', async (name) => {
  const { http } = await openCloud();

  const { generation } = await putText(http, { bucket, name, text: '{"ü": "${x}"}\n' });

  expect(await readText(http, bucket, name)).toEqual({
    text: '{"ü": "${x}"}\n',
    generation,
    updated: expect.closeTo(Date.now(), -5) as number,
  });
  expect(await listObjects(http, bucket, { prefix: 'a/' })).toMatchObject([{ name, generation, size: 15 }]);
});

it('answers nothing for what is not there, and deletes it without a complaint', async () => {
  const { http } = await openCloud();

  expect(await getObject(http, bucket, 'none')).toBeUndefined();
  expect(await readText(http, bucket, 'none')).toBeUndefined();
  await expect(deleteObject(http, { bucket, name: 'none' })).resolves.toBeUndefined();
});

it('writes and deletes only over the generation that was seen', async () => {
  const { http } = await openCloud();
  const { generation } = await putText(http, { bucket, name: 'n', text: '1', ifGenerationMatch: 0 });
  const again = putText(http, { bucket, name: 'n', text: '2', ifGenerationMatch: 0 });
  await expect(again).rejects.toMatchObject({ status: 412, reason: 'conditionNotMet' });
  await putText(http, { bucket, name: 'n', text: '3', ifGenerationMatch: generation });

  await expect(deleteObject(http, { bucket, name: 'n', ifGenerationMatch: generation })).rejects.toMatchObject({
    status: 412,
  });
  expect(await readText(http, bucket, 'n')).toMatchObject({ text: '3' });
});

it('sends a write again after a 503, but not one behind a precondition', async () => {
  const { http, refuse } = await openCloud();
  refuse({ method: 'POST', path: 'name=plain' }, { status: 503 }, 1);
  refuse({ method: 'POST', path: 'name=guarded' }, { status: 503, when: 'after' }, 1);

  await putText(http, { bucket, name: 'plain', text: 'x' });
  const guarded = putText(http, { bucket, name: 'guarded', text: 'x', ifGenerationMatch: 0 });

  await expect(guarded).rejects.toMatchObject({ status: 503 });
  expect(await readText(http, bucket, 'plain')).toMatchObject({ text: 'x' });
});

it('lists and deletes old versions for good', async () => {
  const { http } = await openCloud();
  for (let round = 0; round < 20; round += 1)
    await putText(http, { bucket, name: `n${round % 3}`, text: String(round) });
  const current = await listObjects(http, bucket);
  const versions = await listObjects(http, bucket, { versions: true });

  await deleteObjects(http, bucket, versions);

  expect([current.length, versions.length]).toEqual([3, 20]);
  expect(await listObjects(http, bucket, { versions: true })).toEqual([]);
});

it('lists the buckets of a project by the beginning of their name', async () => {
  const { http, project } = await openCloud();

  expect((await listBuckets(http, project, 'sta')).map(({ name }) => name)).toEqual(['state']);
  expect(await listBuckets(http, project, 'other')).toEqual([]);
  expect(await listBuckets(http, 'another-project', 'sta')).toEqual([]);
});
