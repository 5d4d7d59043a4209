import { Storage } from '@google-cloud/storage';
import { PassThroughClient } from 'google-auth-library';

import type { Cloud } from '../google/cloud.ts';

/** Google's own client, with our endpoint and our tokens. Importing this file takes 30 MB and 0.3 s: load it late. */
export function openStorage({ endpoints, tokens, agent }: Cloud): Storage {
  class OurTokens extends PassThroughClient {
    override async getRequestHeaders(): Promise<Headers> {
      return new Headers({ authorization: `Bearer ${await tokens.token()}` });
    }
  }
  return new Storage({
    apiEndpoint: endpoints.storage,
    authClient: new OurTokens(),
    ...(agent === undefined ? {} : { userAgent: agent }),
    // Otherwise no token is sent to an endpoint that is not Google's own.
    useAuthWithCustomEndpoint: true,
    // Tries are counted by the uploader, where the signal ends them.
    retryOptions: { autoRetry: false },
  });
}
