import { describe, expect, it } from 'vitest';

import { collectParts } from '../../src/costs/sku-parts.ts';
import type { Sku } from '../../src/google/price-list.ts';

function sku(description: string, usd: number, more: { unit?: string; usageType?: string; free?: true } = {}): Sku {
  const units = Math.floor(usd);
  const price = { unitPrice: { currencyCode: 'USD', units, nanos: Math.round((usd - units) * 1e9) } };
  const nothing = { unitPrice: { currencyCode: 'USD', units: 0, nanos: 0 } };
  return {
    description,
    category: { usageType: more.usageType ?? 'OnDemand' },
    serviceRegions: ['us-central1'],
    pricingInfo: [
      {
        pricingExpression: { usageUnit: more.unit ?? 'h', tieredRates: more.free ? [nothing, price] : [price] },
      },
    ],
  };
}

function partsOf(...skus: readonly Sku[]): unknown {
  const parts = collectParts();
  parts.add(skus);
  return parts.prices().get('us-central1');
}

const mega = sku('Nvidia H100 80GB Plus GPU running in Americas', 10.344275712);

describe('prices of parts from the catalogue', () => {
  // Descriptions as they stand in Google's catalogue.
  it.each([
    { given: sku('A2 Instance Core running in Americas', 0.031611), part: 'vcpu A2' },
    { given: sku('A3Plus Instance Core running in Americas', 0.026924), part: 'vcpu A3Plus' },
    {
      given: sku('N1 Predefined Instance Ram running in Americas', 0.004237, { unit: 'GiBy.h' }),
      part: 'memory N1 Predefined',
    },
    { given: sku('Nvidia Tesla A100 80GB GPU running in Americas', 3.92808), part: 'gpu nvidia-a100-80gb' },
    { given: mega, part: 'gpu nvidia-h100-mega-80gb' },
    { given: sku('Nvidia H100 80GB Mega GPU running in Frankfurt', 12.1), part: 'gpu nvidia-h100-mega-80gb' },
    { given: sku('Storage PD Capacity', 0.04, { unit: 'GiBy.mo', free: true }), part: 'disk pd-standard' },
    { given: sku('Hyperdisk Balanced Capacity in Iowa', 0.08, { unit: 'GiBy.mo' }), part: 'disk hyperdisk-balanced' },
    { given: sku('External IP Charge on a Standard VM', 0.005, { free: true }), part: 'address' },
  ])('knows $given.description', ({ given, part }) => {
    expect(Object.keys(partsOf(given) ?? {})).toEqual([part]);
  });

  it('tells spot from on demand by the description and the usage type', () => {
    const spot = sku('Spot Preemptible A2 Instance Core running in Americas', 0.0158, { usageType: 'Preemptible' });

    expect(partsOf(sku('A2 Instance Core running in Americas', 0.031611), spot)).toEqual({
      'vcpu A2': { onDemand: 0.031611, spot: 0.0158 },
    });
  });

  it.each([
    sku('Reserved Nvidia H100 80GB Mega GPU in Americas in Calendar Mode', 4.841121),
    sku('Nvidia H100 Mega 80GB GPU attached to DWS Defined Duration VMs running in Americas', 4.423936),
    sku('Commitment v1: Nvidia H100 80GB Mega GPU in Americas for 1 Year', 6.8, { usageType: 'Commit1Yr' }),
    sku('Nvidia H100 80GB Plus GPU attached to Spot Preemptible VMs running in Americas', 5.6),
    sku('E2 Custom Instance Core running in Americas', 0.0229),
    sku('Memory Optimized Upgrade Premium for N2 Instance Core running in Americas', 0.005),
    sku('Regional SSD backed PD Capacity', 0.34, { unit: 'GiBy.mo' }),
    sku('Hyperdisk Balanced Storage Pools Standard Capacity in Iowa', 0.08, { unit: 'GiBy.mo' }),
    sku('A2 Instance Core running in Americas', 0.031611, { unit: 'mo' }),
    sku('Nvidia L4 Virtual Workstation GPU running in Americas', 0.76),
  ])('does not take $description for a price of ours', (given) => {
    expect(partsOf(given, mega)).toEqual({ 'gpu nvidia-h100-mega-80gb': { onDemand: 10.344275712 } });
  });

  it('has no price where two SKUs of one part disagree', () => {
    expect(partsOf(mega, sku('Nvidia H100 80GB Mega GPU running in Iowa', 9.9))).toBeUndefined();
  });

  it('has no price where a SKU has several, or is in another currency', () => {
    const steps = sku('Balanced PD Capacity', 0.1, { unit: 'GiBy.mo' });
    steps.pricingInfo[0]!.pricingExpression.tieredRates.push({
      unitPrice: { currencyCode: 'USD', units: 0, nanos: 90_000_000 },
    });
    const euro = sku('SSD backed PD Capacity', 0.17, { unit: 'GiBy.mo' });
    euro.pricingInfo[0]!.pricingExpression.tieredRates[0]!.unitPrice.currencyCode = 'EUR';

    expect(partsOf(steps, euro)).toBeUndefined();
  });
});
