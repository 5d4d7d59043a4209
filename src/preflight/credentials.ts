import type { Check } from './check.ts';

/** Are there credentials, and do they still work? */
export const credentials: Check = {
  name: 'credentials',
  summary: 'there are Google Cloud credentials, and they have not expired',
  async ask({ cloud }) {
    await cloud.tokens.token();
    return cloud.tokens.describe();
  },
};
