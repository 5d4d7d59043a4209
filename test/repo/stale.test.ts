import { expect, it } from 'vitest';
import { checkedIn, generatedFiles } from '../../scripts/generate.ts';

it.each(generatedFiles)('$file is what `npm run generate` makes', ({ file, render }) => {
  expect(checkedIn(file) === render(), `${file} is stale: run npm run generate`).toBe(true);
});
