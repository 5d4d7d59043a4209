import type { Part } from './parts.ts';

/**
 * The parts as a CycloneDX 1.6 document (https://cyclonedx.org/docs/1.6/json/). It has neither a time nor a serial number, so
 * that the same parts give the same bytes.
 */
export function billOfMaterials(
  product: { name: string; version: string; license: string },
  parts: readonly Part[],
): object {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': product.name,
        name: product.name,
        version: product.version,
        licenses: [{ license: { id: product.license } }],
      },
    },
    components: parts.map(({ kind, name, version, purl, license, sha256 }) => ({
      type: kind === 'program' ? 'application' : 'library',
      'bom-ref': purl,
      name,
      version,
      purl,
      ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
      ...(sha256 === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
    })),
    dependencies: [{ ref: product.name, dependsOn: parts.map(({ purl }) => purl) }],
  };
}
