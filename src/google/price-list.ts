import * as z from 'zod';

import type { GoogleHttp } from './http.ts';

const Rate = z.object({
  unitPrice: z
    .object({
      currencyCode: z.string().default('USD'),
      units: z.coerce.number().default(0),
      nanos: z.number().default(0),
    })
    .default({ currencyCode: 'USD', units: 0, nanos: 0 }),
});
const Sku = z.object({
  description: z.string().default(''),
  category: z.object({ usageType: z.string().default('') }).default({ usageType: '' }),
  serviceRegions: z.array(z.string()).default([]),
  pricingInfo: z
    .array(
      z.object({
        pricingExpression: z
          .object({ usageUnit: z.string().default(''), tieredRates: z.array(Rate).default([]) })
          .default({ usageUnit: '', tieredRates: [] }),
      }),
    )
    .default([]),
});

/** One thing that Google bills, where, and at which list price. */
export type Sku = z.output<typeof Sku>;

/** Ids of services in the catalogue; they are the same for everybody. */
export const pricedServices = { compute: '6F81-5844-456A', filestore: 'D97E-AB26-5D95' } as const;

// Only what is read: the whole answer is some 30 MB. https://cloud.google.com/apis/docs/system-parameters
const fields =
  'skus(description,category/usageType,serviceRegions,pricingInfo/pricingExpression(usageUnit,tieredRates/unitPrice)),nextPageToken';

/** Every SKU of a service, page after page: https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list */
export async function* listSkus(http: GoogleHttp, service: string, signal: AbortSignal): AsyncGenerator<Sku[]> {
  const reply = z.object({ skus: z.array(Sku).default([]), nextPageToken: z.string().optional() });
  const path = `/v1/services/${service}/skus`;
  const query = { pageSize: 5000, currencyCode: 'USD', fields };
  for await (const page of http.pages({ method: 'GET', service: 'cloudbilling', path, query, signal }, reply)) {
    yield page.skus;
  }
}
