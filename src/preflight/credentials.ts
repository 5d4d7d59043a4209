import type { Check } from './check.ts';

/** Are there credentials, and do they still work? */
export const credentials: Check = {
  name: 'credentials',
  summary: 'there are Google Cloud credentials, and they have not expired',
  async ask({ cloud }) {
    await cloud.tokens.token();
    const answer = await cloud.tokens.describe();
    const file = await cloud.tokens.exposedFile?.();
    if (file === undefined) return answer;
    const text = 'everybody on this machine may read the key of the credentials';
    return { answer, level: 'warn', text, data: { detail: `run \`chmod 600 ${file}\``, file } };
  },
};
