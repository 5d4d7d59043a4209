import { describe, expect, it } from 'vitest';

import { subnetRange } from '../../stacks/parts/address-plan.ts';

describe('the range of a subnetwork', () => {
  it.each([
    { network: 0, subnet: 0, subnets: 1, range: '10.0.0.0/16' },
    { network: 8, subnet: 0, subnets: 1, range: '10.8.0.0/16' },
    { network: 2, subnet: 0, subnets: 8, range: '10.2.0.0/19' },
    { network: 2, subnet: 7, subnets: 8, range: '10.2.224.0/19' },
    { network: 2, subnet: 3, subnets: 4, range: '10.2.192.0/18' },
    { network: 2, subnet: 4, subnets: 5, range: '10.2.128.0/19' },
  ])('$subnet of $subnets in network $network is $range', ({ network, subnet, subnets, range }) => {
    expect(subnetRange(network, subnet, subnets)).toBe(range);
  });

  it('is refused where the networks would reach those of auto mode', () => {
    expect(() => subnetRange(128, 0, 1)).toThrow('no address range');
  });
});
