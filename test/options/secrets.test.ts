import { expect, it } from 'vitest';
import { secretTexts } from '../../src/options/secrets.ts';
import { created } from './given.ts';

it('finds the metadata that looks secret by its key', () => {
  const options = created({
    METADATA:
      '{ WANDB_API_KEY = "a", hf-token = "b", db_password = "c", client-secret = "d", model = "e", keyboard = "f" }',
  });

  expect(secretTexts(options)).toEqual(['a', 'b', 'c', 'd']);
});
